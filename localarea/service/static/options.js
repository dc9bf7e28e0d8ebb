// The live map of options, and links that move figures without loading the whole page.
import { ResidentMap } from "./resident-map.js";
import { strokeSample } from "./resident/shading.js";

const asked = new Map(); // what is on its way for each part: only the last that was asked for counts

/** Bring a part of the page at an address; false if another was asked for in the meantime. */
async function bring(address, part) {
  asked.get(part)?.abort();
  const mine = new AbortController();
  asked.set(part, mine);
  let page;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: mine.signal });
    if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    if (!mine.signal.aborted) location.href = address; // which says what is wrong
    return false;
  }
  if (mine.signal.aborted) return false;
  document.getElementById(part).replaceWith(page.getElementById(part));
  return true;
}

async function why(code) {
  const query = new URLSearchParams(location.search);
  query.set("zone", code);
  await bring(`/options?${query}`, "zone-panel");
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-part]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const address = link.getAttribute("href");
  if (!await bring(address, link.dataset.part)) return;
  history.replaceState(null, "", address);
  document.querySelector(`a[href="${CSS.escape(address)}"]`)?.focus();
});

const chooser = document.getElementById("zone");
const zoneForm = document.getElementById("zone-form");
const known = [...document.getElementById("known-zones").options];
zoneForm.addEventListener("submit", (event) => {
  const typed = chooser.value.trim().toLowerCase();
  const zone = known.find(({ value, dataset }) => [value, dataset.code].some((name) => name.toLowerCase() === typed));
  if (!zone) return; // a postcode or another place: the server finds its zone
  event.preventDefault();
  why(zone.dataset.code);
});

// The first outline that is ticked is filled as well; the others are lines over it.
function showOutlines(map, options, boxes) {
  const chosen = options.filter((_, at) => boxes[at].checked);
  map.setZones(chosen[0]?.zones ?? [], chosen[0] && `Inside “${chosen[0].title}”`);
  map.setOutlines(chosen);
  return chosen;
}

// What is ticked comes into sight: the map moves only if the new outline is not wholly on it.
function tick(map, options, boxes, at) {
  const chosen = showOutlines(map, options, boxes);
  if (boxes[at].checked && !map.shows(options[at].zones)) map.fit(chosen.flatMap(({ zones }) => zones));
}

function listOutlines(map, { options, shown }) {
  const boxes = options.map(({ id, title, colour, dash, width }, at) => {
    const box = document.createElement("input");
    const label = document.createElement("label");
    Object.assign(box, { type: "checkbox", id: `layer-${at}`, checked: shown.includes(id) });
    label.htmlFor = box.id;
    label.append(strokeSample(colour, width, dash), ` ${title}`);
    box.addEventListener("change", () => tick(map, options, boxes, at));
    const row = document.createElement("div");
    row.className = "la-layer";
    row.append(box, label);
    document.getElementById(box.checked ? "layers" : "more-layers").append(row);
    return box;
  });
  showOutlines(map, options, boxes);
}

const shownZones = ({ options, shown }) => options.filter(({ id }) => shown.includes(id)).flatMap(({ zones }) => zones);

async function fetchOutlines(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the outlines answered ${answer.status}`);
  return answer.json();
}

async function openMap() {
  const element = document.getElementById("map");
  const outlines = fetchOutlines(element.dataset.outlines);
  const whole = outlines.then(shownZones, () => []);
  const map = new ResidentMap(element, { dataAddress: element.dataset.source, labels: { map: "Map of the options" }, whole });
  map.addEventListener("zone-click", ({ detail: { code, name } }) => {
    chooser.value = known.find(({ dataset }) => dataset.code === code)?.value ?? code;
    map.select(code);
    document.getElementById("map-status").textContent = `${name}: the list under “Why a zone is in or out” says which options hold it.`;
    why(code);
  });
  const [found] = await Promise.all([outlines, map.ready]);
  listOutlines(map, found);
  if (zoneForm.dataset.zone) map.select(zoneForm.dataset.zone);
  return map;
}

// Where the map cannot be drawn, the still picture stands in its place, as it does without scripts.
openMap().catch(() => document.body.classList.add("la-no-map"));
