// A what-if on the map: a click puts a zone in or takes it out, and an area may be drawn.
// The boxes of the form are the truth; whatever is typed there is shown here as well.
import * as L from "/static/leaflet/leaflet-src.esm.js";
import { ResidentMap } from "./resident-map.js";

const element = (id) => document.getElementById(id);
const [base, include, exclude, area] = ["base", "include", "exclude", "area"].map(element);

const lines = (box) => box.value.split("\n").map((line) => line.trim()).filter(Boolean);

function toggle(box, code) {
  const held = lines(box);
  box.value = (held.includes(code) ? held.filter((one) => one !== code) : [...held, code]).join("\n");
}

function tell(sentence) {
  element("map-status").textContent = sentence;
}

/** What was worked out last: it also shows the places that were named and the area that was drawn. */
class Worked {
  constructor({ putIn, takenOut }) {
    this.in = putIn.split(" ").filter(Boolean);
    this.out = takenOut.split(" ").filter(Boolean);
  }
}

function showZones(map, options, dataset) {
  let worked = new Worked(dataset);
  const drawn = () => options.find(({ id }) => id === base.value)?.zones ?? [];
  const show = () => {
    const held = new Set(drawn());
    const [putIn, takenOut] = [lines(include), lines(exclude)];
    const known = (codes) => codes.filter((code) => map.numbers.has(code));
    map.setZones(held, `Inside “${base.selectedOptions[0]?.textContent.trim() ?? base.value}”`);
    map.setChange({
      gained: known([...worked.in, ...putIn]).filter((code) => !held.has(code) && !takenOut.includes(code)),
      lost: known([...worked.out, ...takenOut]).filter((code) => held.has(code) || worked.in.includes(code)),
    });
  };
  // A zone that came in with its town is inside as one of the base is: a click takes it out.
  const isHeld = (code) => drawn().includes(code) || (worked.in.includes(code) && !lines(include).includes(code));
  map.addEventListener("zone-click", ({ detail: { code, name } }) => {
    if (map.drawing) return;
    const held = isHeld(code);
    toggle(held ? exclude : include, code);
    show();
    const marked = lines(held ? exclude : include).includes(code);
    const will = held ? "will be taken out" : "will be put in";
    tell(marked ? `${name} ${will}.` : `${name} is left as it is.`);
  });
  for (const box of [include, exclude]) box.addEventListener("input", show);
  base.addEventListener("change", () => {
    worked = new Worked({ putIn: "", takenOut: "" }); // it was worked out from another
    show();
  });
  show();
}

function drawAreas(made) {
  const map = made.leaflet;
  const style = { color: "#4c2c92", weight: 3, dashArray: "2 6", fillOpacity: 0.15, interactive: false };
  const shown = L.layerGroup().addTo(map);
  const sketch = L.polygon([], style).addTo(map);
  const [draw, finish, clear] = ["draw", "draw-finish", "draw-clear"].map(element);
  let corners = [];
  const show = () => {
    shown.clearLayers();
    try {
      if (area.value.trim()) L.geoJSON(JSON.parse(area.value), { style, interactive: false }).addTo(shown);
    } catch {
      tell("The area in the box below cannot be read as GeoJSON.");
    }
  };
  const setDrawing = (on) => {
    made.drawing = on;
    map.doubleClickZoom[on ? "disable" : "enable"]();
    map.getContainer().classList.toggle("la-drawing", on);
    draw.hidden = on;
    finish.hidden = !on;
    if (!on) corners = [];
    sketch.setLatLngs(corners);
  };
  const end = () => {
    if (corners.length < 3) {
      tell("An area needs three corners or more.");
      return;
    }
    const ring = [...corners, corners[0]].map(({ lat, lng }) => [+lng.toFixed(5), +lat.toFixed(5)]);
    area.value = JSON.stringify({ type: "Polygon", coordinates: [ring] });
    element("own-area").open = true;
    setDrawing(false);
    show();
    tell("The area is drawn. It adds the zones whose population-weighted centre is inside it.");
  };
  draw.addEventListener("click", () => {
    area.value = "";
    show();
    setDrawing(true);
    tell("Choose the corners of the area on the map, one after another, then choose Finish the area.");
    finish.focus({ preventScroll: true });
  });
  finish.addEventListener("click", end);
  clear.addEventListener("click", () => {
    area.value = "";
    setDrawing(false);
    show();
    tell("No area is drawn.");
    draw.focus({ preventScroll: true });
  });
  map.on("click", ({ latlng }) => {
    if (!made.drawing) return;
    corners.push(latlng);
    sketch.setLatLngs(corners);
    tell(corners.length === 1 ? "One corner." : `${corners.length} corners.`);
  });
  map.on("dblclick", () => {
    if (!made.drawing) return;
    corners.pop(); // its second click
    end();
  });
  area.addEventListener("input", show);
  show();
  for (const button of [draw, clear]) button.disabled = false; // until now they would have done nothing
}

async function zonesOfOptions(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the options answered ${answer.status}`);
  return (await answer.json()).options;
}

async function open() {
  const place = element("map");
  const { dataset } = place;
  const options = zonesOfOptions(dataset.options);
  const whole = options.then((all) => all.find(({ id }) => id === base.value)?.zones ?? [], () => []);
  const map = new ResidentMap(place, {
    dataAddress: dataset.source,
    labels: { map: "Map of the zones; the boxes below it do the same" },
    controls: { layers: false, search: false }, // a zone that is only looked for would be moved
    whole,
  });
  const [all] = await Promise.all([options, map.ready]);
  showZones(map, all, dataset);
  drawAreas(map);
  place.dataset.drawn = "true";
}

// Where the map cannot be drawn, the boxes do the same, as they do without scripts.
open().catch(() => document.body.classList.add("la-no-map"));
