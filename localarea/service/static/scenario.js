// A what-if on the map: a click puts a zone in or takes it out, and an area may be drawn.
// The boxes of the form are the truth; whatever is typed there is shown here as well.
import { openMap } from "./map.js";

const MARKS = {
  in: { sign: "+", said: "will be put in", style: { color: "#00703c", weight: 3, fillColor: "#00703c", fillOpacity: 0.45 } },
  out: { sign: "−", said: "will be taken out", style: { color: "#942514", weight: 3, dashArray: "6 4", fillColor: "#fff", fillOpacity: 0.7 } },
};
const HELD = { color: "#1d70b8", weight: 0.75, fillColor: "#1d70b8", fillOpacity: 0.3 };
const FREE = { color: "#b1b4b6", weight: 0.5, fillColor: "#1d70b8", fillOpacity: 0.02 };
const OUTLINE = { color: "#003078", weight: 3, fill: false, interactive: false };
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

function showZones(L, map, { zones, options }) {
  const marks = L.layerGroup().addTo(map);
  // What was worked out last also shows the places that were named and the area that was drawn.
  const { putIn, takenOut } = map.getContainer().dataset;
  let worked = { in: putIn.split(" "), out: takenOut.split(" ") };
  const markOf = (code, held) => {
    if (lines(held ? exclude : include).includes(code)) return held ? MARKS.out : MARKS.in;
    return null;
  };
  const styleOf = (code, held) => {
    const mark = markOf(code, held);
    if (mark) return mark.style;
    if (worked.in.includes(code)) return MARKS.in.style;
    if (worked.out.includes(code)) return MARKS.out.style;
    return held ? HELD : FREE;
  };
  // A zone that came in with its town is inside as one of the base is: a click takes it out.
  const isHeld = ({ properties: { code, local } }) =>
    local.includes(base.value) || (worked.in.includes(code) && !lines(include).includes(code));
  const layer = L.geoJSON(zones).addTo(map);
  const outline = L.geoJSON(null, { style: OUTLINE, interactive: false }).addTo(map);
  const showOutline = () => {
    outline.clearLayers();
    const chosen = options.features.find((one) => one.properties.id === base.value);
    if (chosen) outline.addData(chosen);
  };
  const show = () => {
    marks.clearLayers();
    layer.eachLayer((shape) => {
      const held = isHeld(shape.feature);
      const { code } = shape.feature.properties;
      const mark = markOf(code, held);
      shape.setStyle({ dashArray: null, ...styleOf(code, held) });
      if (!mark) return;
      shape.bringToFront();
      const sign = document.createElement("b");
      sign.textContent = mark.sign;
      const where = { permanent: true, direction: "center", className: "la-sign" };
      L.tooltip(where).setLatLng(shape.getBounds().getCenter()).setContent(sign).addTo(marks);
    });
  };
  layer.on("click", ({ layer: shape, originalEvent }) => {
    if (map.drawing) return;
    originalEvent.stopPropagation();
    const held = isHeld(shape.feature);
    const { code, name } = shape.feature.properties;
    toggle(held ? exclude : include, code);
    show();
    const mark = markOf(code, held);
    tell(mark ? `${name} ${mark.said}.` : `${name} is left as it is.`);
  });
  for (const box of [include, exclude]) box.addEventListener("input", show);
  base.addEventListener("change", () => {
    worked = { in: [], out: [] }; // it was worked out from another
    showOutline();
    show();
  });
  showOutline();
  show();
}

function drawAreas(L, map) {
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
    map.drawing = on;
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
    if (!map.drawing) return;
    corners.push(latlng);
    sketch.setLatLngs(corners);
    tell(corners.length === 1 ? "One corner." : `${corners.length} corners.`);
  });
  map.on("dblclick", () => {
    if (!map.drawing) return;
    corners.pop(); // its second click
    end();
  });
  area.addEventListener("input", show);
  show();
}

const opened = await openMap();
if (opened) {
  const { L, map, data } = opened;
  showZones(L, map, data);
  drawAreas(L, map);
  // The map has pushed down what the address points to.
  if (location.hash === "#result") element("result")?.scrollIntoView();
}
