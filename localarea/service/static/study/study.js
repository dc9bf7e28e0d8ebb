// The study: every move is sent to the server, and its answer is shown without loading the page.
// Without this script the forms of the page do the same.
import { ResidentMap } from "../resident-map.js";
import { Refusal, Server, bodyOf } from "./ask.js";
import { openLimits, showLimits } from "./limits.js";
import { show, tell } from "./shown.js";
import { Trail } from "./trail.js";

const study = document.getElementById("study");
study.dataset.script = "runs"; // see early.js
const [undo, redo] = ["undo", "redo"].map((id) => document.getElementById(id));
const working = document.getElementById("working");
const server = new Server(study.dataset.api);
const trail = new Trail(study.dataset.query);
const visit = String(performance.timeOrigin); // tells the entries of this page's history from others
let map = null;

function showAll(answer, { whole = false } = {}) {
  show(answer);
  showLimits(answer.limits);
  if (map) {
    map.setZones(answer.zones);
    map.setChange(answer);
    if (whole) map.fit([...answer.zones, ...answer.lost]);
  }
  undo.disabled = !trail.canUndo;
  redo.disabled = !trail.canRedo;
}

const addressOf = (query) => {
  const council = new URLSearchParams(location.search).get("council");
  return `/study?${query}${council ? `&council=${encodeURIComponent(council)}` : ""}`;
};

/**
 * Make a move: `body` gives what is sent; an answer that is kept can be undone. `whole` brings the
 * whole area into the map, where the move was not made on it.
 */
async function make(body, { keep = true, inBox = false, whole = false, how = "in" } = {}) {
  const late = setTimeout(() => { working.textContent = "Working it out: this method takes a moment."; }, 500);
  try {
    const answer = await server.ask(body);
    if (keep && trail.add(answer.query)) {
      history.pushState({ visit, at: trail.at }, "", addressOf(answer.query));
    }
    showAll(answer, { whole });
    return true;
  } catch (fault) {
    const said = fault instanceof Refusal ? fault.message : "The service cannot be reached. Try again.";
    tell(said, { inBox, how, meant: fault.meant });
    if (!(fault instanceof Refusal)) throw fault;
    return false;
  } finally {
    clearTimeout(late);
    working.textContent = "";
  }
}

const move = (place, how, choices) => make(() => ({ ...bodyOf(trail.now), place, move: how }), { ...choices, how });

/** Show the state where the trail now stands. */
const stand = (choices) => make(() => bodyOf(trail.now), { ...choices, keep: false });

function step(by) {
  if (by < 0 ? trail.canUndo : trail.canRedo) history.go(by); // leads to popstate
}

addEventListener("popstate", ({ state }) => {
  if (state?.visit !== visit) return location.reload();
  trail.at = state.at;
  return stand();
});

let waiting = null; // where a dragged slider stands while the last answer is on its way
function slide(key, number, settled) {
  const asked = () => ({ ...bodyOf(trail.now), [key]: number });
  if (settled) {
    waiting = null;
    make(asked);
  } else if (waiting) {
    waiting = asked;
  } else {
    waiting = asked;
    const send = async () => {
      const mine = waiting;
      try {
        await make(mine, { keep: false });
      } catch {
        waiting = null; // the fault is shown; the next move asks again
        return;
      }
      if (waiting === mine || !waiting) waiting = null;
      else await send();
    };
    send();
  }
}

/** Begin again from another option; its limits are its own, the places that were moved stay so. */
function startFrom(option) {
  return make(() => {
    const { in: held, out } = bodyOf(trail.now);
    return { from: option, in: held, out };
  }, { whole: true });
}

function listen() {
  undo.addEventListener("click", () => step(-1));
  redo.addEventListener("click", () => step(1));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=radio]):not([type=range]), textarea, select");
    if (typing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const by = key === "y" || (key === "z" && event.shiftKey) ? 1 : key === "z" ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    step(by);
  });
  document.getElementById("from").addEventListener("change", ({ target }) => startFrom(target.value));
  document.getElementById("no-limits").addEventListener("click", (event) => {
    const link = event.target.closest("a[data-start]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    startFrom(link.dataset.start).then(() => document.querySelector("#limits input")?.focus());
  });
  document.getElementById("start-form").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("limits-form").addEventListener("submit", (event) => event.preventDefault());
  for (const form of document.querySelectorAll("form[data-place]")) {
    form.addEventListener("change", ({ target }) => move(form.dataset.place, target.value, { whole: true }));
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  document.getElementById("place-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const box = document.getElementById("place");
    const how = event.submitter?.value ?? "in";
    if (!box.value.trim()) return tell("Enter a place, such as a town or a district", { inBox: true });
    if (await move(box.value, how, { inBox: true, whole: true })) box.value = "";
    return box.focus();
  });
  document.getElementById("meant-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const how = event.target.elements.namedItem("move").value;
    const box = document.getElementById("place");
    if (await move(event.submitter.value, how, { inBox: true, whole: true })) box.value = "";
    box.focus();
  });
  for (const id of ["moved-form", "zones-form"]) {
    const form = document.getElementById(id);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      move(event.submitter.value, form.elements.namedItem("move").value);
    });
  }
  document.getElementById("others").addEventListener("click", (event) => {
    const link = event.target.closest("a[data-query]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    make(() => bodyOf(link.dataset.query), { whole: true });
    document.getElementById("place").focus();
  });
  openLimits(slide);
  openCopying();
}

/** Offer to copy the address of the study, where the browser lets a page do so. */
function openCopying() {
  const [button, copied] = ["copy-link", "copied"].map((id) => document.getElementById(id));
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const link = document.querySelector('a[data-link="study"]');
    try {
      await navigator.clipboard.writeText(link.href);
      copied.textContent = "Copied";
    } catch {
      copied.textContent = "The browser did not copy it: copy the address of this page instead";
    }
  });
}

async function openMap() {
  const place = document.getElementById("study-map");
  place.hidden = false;
  document.getElementById("map-help").hidden = false;
  map = new ResidentMap(place, {
    dataAddress: study.dataset.map,
    labels: { map: "Map of the study; the list of zones below does the same" },
    controls: { search: false }, // a zone that is only looked for would be moved
    whole: [...document.querySelectorAll('#zones-form [aria-pressed="true"]')].map(({ value }) => value),
  });
  map.addEventListener("zone-click", ({ detail }) => move(detail.code, "turn"));
  await map.ready;
  await stand({ whole: true });
  study.dataset.drawn = "true";
}

for (const part of document.querySelectorAll("[data-plain]")) part.hidden = true;
document.getElementById("undo-row").hidden = false;
history.replaceState({ visit, at: 0 }, "");
listen();
openMap();
