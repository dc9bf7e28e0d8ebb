// What the page shows of an answer: sentence, figures, places, zones, links and tools.

const element = (id) => document.getElementById(id);

function make(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function showWords({ title, sentence, notes }) {
  element("study-title").textContent = title;
  document.title = document.title.replace(/^.*?(?=: study)/, () => title);
  if (element("sentence").textContent !== sentence) element("sentence").textContent = sentence;
  element("notes").replaceChildren(...notes.map((note) => make("p", "govuk-body-s", note)));
}

/** Offer the other places of a name that several share. */
function showOthers(others) {
  element("others").replaceChildren(...others.map(({ words, query, address }) => {
    const link = make("a", "govuk-button govuk-button--secondary", words);
    link.setAttribute("role", "button");
    link.href = address;
    link.dataset.query = query;
    return link;
  }));
}

function showFigures(figures) {
  for (const figure of figures) {
    const row = document.querySelector(`[data-figure="${figure.name}"]`);
    if (!row) continue;
    for (const key of ["text", "before", "change"]) {
      const cell = row.querySelector(`[data-cell="${key}"]`);
      if (cell.textContent !== figure[key]) cell.textContent = figure[key];
    }
  }
}

function showPlaces(places) {
  element("moved-title").hidden = !places.length;
  const focused = document.activeElement?.closest("#moved") ? document.activeElement.value : null;
  element("moved").replaceChildren(...places.map(({ place, name, inside }) => {
    const line = make("li");
    const button = make("button", "la-study__link", "Leave it as drawn");
    Object.assign(button, { type: "submit", name: "place", value: place });
    button.append(make("span", "govuk-visually-hidden", `: ${name}`));
    line.append(make("span", "", `${name}: ${inside ? "added" : "taken out"}`), " ", button);
    return line;
  }));
  if (focused !== null) (element("moved").querySelector("button") ?? element("place")).focus();
}

function showZones(zones) {
  const inside = new Set(zones);
  for (const button of document.querySelectorAll(".la-study__zone")) {
    button.setAttribute("aria-pressed", String(inside.has(button.value)));
  }
}

function showTools({ start, switches }) {
  const chooser = element("from");
  if (![...chooser.options].some(({ value }) => value === start.id)) {
    chooser.add(new Option(start.title, start.id));
  }
  chooser.value = start.id;
  for (const one of switches) {
    const form = [...document.querySelectorAll("[data-place]")].find(
      ({ dataset }) => dataset.place === one.place,
    );
    for (const radio of form.querySelectorAll("[type=radio]")) radio.checked = radio.value === one.set;
  }
}

/** Keep what forms send without a script true to the state as well. */
function showHidden(query) {
  const held = [...new URLSearchParams(query)];
  for (const form of document.querySelectorAll("#study form")) {
    const own = form.querySelector("[name=from]");
    if (!own) continue;
    const kept = own.tagName === "SELECT" ? ["in", "out"] : ["from", "minutes", "share", "containment", "in", "out"];
    const typed = form.id === "limits-form" ? ["minutes", "share", "containment"] : [];
    for (const name of kept) {
      for (const field of form.querySelectorAll(`input[type=hidden][name="${name}"]`)) field.remove();
    }
    for (const [name, value] of held) {
      if (!kept.includes(name) || typed.includes(name)) continue;
      form.append(Object.assign(make("input"), { type: "hidden", name, value }));
    }
  }
}

export function show(answer) {
  showWords(answer);
  showOthers(answer.others);
  showFigures(answer.figures);
  showPlaces(answer.places);
  showZones(answer.zones);
  showTools(answer);
  showHidden(answer.query);
  for (const link of document.querySelectorAll("a[data-link]")) {
    link.href = answer.links[link.dataset.link];
  }
  element("copied").textContent = "";
  element("not-reported").hidden = answer.is_option;
  tell("");
}

/** Offer the names that may have been meant, as buttons that make the same move. */
function offer(names, how) {
  const form = element("meant-form");
  form.hidden = !names.length;
  form.elements.namedItem("move").value = how;
  element("meant").replaceChildren(...names.map((name) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "submit", name: "place", value: name, textContent: name });
    button.className = "govuk-button govuk-button--secondary";
    return button;
  }));
}

/** Say what went wrong, beside the figures and beside the box that it came from. */
export function tell(words, { inBox = false, meant = [], how = "in" } = {}) {
  const fault = words.slice(0, 1).toUpperCase() + words.slice(1);
  offer(inBox ? meant : [], how);
  const [beside, box] = [element("study-fault"), element("place-error")];
  beside.textContent = inBox ? "" : fault;
  beside.hidden = inBox || !fault;
  box.textContent = inBox ? fault : "";
  box.hidden = !inBox || !fault;
  box.parentElement.classList.toggle("govuk-form-group--error", inBox && Boolean(fault));
}
