// The limits of a method: a number in a box, and a slider that moves it.

function make(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function build(limit) {
  const { key, label, unit, hint, least, most, own, now } = limit;
  const group = make("div", { class: "govuk-form-group", "data-limit": key });
  const title = make("label", { class: "govuk-label", for: `limit-${key}` });
  title.textContent = unit === "%" ? `${label} (%)` : label;
  const words = make("div", { class: "govuk-hint", id: `limit-${key}-hint` });
  words.textContent = `${hint}. From ${least} to ${most}; the option has ${own}.`;
  const box = make("input", {
    class: "govuk-input govuk-input--width-3", type: "number", id: `limit-${key}`, name: key,
    min: least, max: most, value: now, required: "", "aria-describedby": `limit-${key}-hint`,
  });
  group.append(title, words, box);
  return group;
}

function addSlider(group) {
  const box = group.querySelector("[type=number]");
  const label = group.querySelector("label").textContent;
  const slider = make("input", {
    class: "la-study__slider", type: "range", id: `${box.id}-slider`, min: box.min, max: box.max,
    "aria-label": `${label}, slider`,
  });
  slider.value = box.value;
  box.after(slider);
}

/**
 * Put sliders beside the boxes, and tell of each move: `moved(key, number, settled)`.
 * While a slider is dragged `settled` is false.
 */
export function openLimits(moved) {
  const all = document.getElementById("limits");
  const hear = (event, settled) => {
    const group = event.target.closest("[data-limit]");
    const number = Number(event.target.value);
    if (!group || !event.target.checkValidity() || event.target.value === "") return;
    for (const one of group.querySelectorAll("input")) one.value = number;
    moved(group.dataset.limit, number, settled);
  };
  all.addEventListener("input", (event) => event.target.type === "range" && hear(event, false));
  all.addEventListener("change", (event) => hear(event, true));
  for (const group of all.children) addSlider(group);
}

/** Show where the limits of an answer stand. */
export function showLimits(limits) {
  const all = document.getElementById("limits");
  document.getElementById("no-limits").hidden = limits.length > 0;
  const shown = [...all.children].map(({ dataset }) => dataset.limit).join();
  const same = shown === limits.map(({ key }) => key).join()
    && limits.every(({ key, own }) => document.getElementById(`limit-${key}-hint`).textContent.endsWith(` ${own}.`));
  if (!same) {
    all.replaceChildren(...limits.map(build));
    for (const group of all.children) addSlider(group);
    return;
  }
  for (const { key, now } of limits) {
    for (const one of all.querySelectorAll(`[data-limit="${key}"] input`)) {
      if (one !== document.activeElement || one.type !== "range") one.value = now;
    }
  }
}
