// The drawing itself: land, zones and lines as vectors, sharp at every zoom.
import * as L from "/static/leaflet/leaflet-src.esm.js";
import { LOOK } from "./shading.js";

const LINES = {
  zone: { color: "#a9a69f", weight: 0.6 },
  district: { color: "#505a5f", weight: 1.4, dashArray: "6 3" },
  coast: { color: "#5b7f95", weight: 1 },
};
const STILL = { interactive: false, lineJoin: "round", smoothFactor: 0.6 };
const ORDER = ["land", "zones", "lines", "roads", "bounds", "mark"];

function openMap(box, data) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const fingers = matchMedia("(pointer: coarse)").matches;
  const map = L.map(box, {
    zoomAnimation: !still, fadeAnimation: !still, inertia: !still, zoomSnap: 0.5,
    scrollWheelZoom: false, dragging: !fingers, minZoom: 7, maxZoom: 15,
  });
  map.attributionControl.setPrefix(false);
  ORDER.forEach((name, at) => { map.createPane(name).style.zIndex = 300 + 10 * at; });
  const [south, west, north, east] = data.view;
  map.fitBounds([[south, west], [north, east]], { animate: false });
  return map;
}

export function openLeaflet(box, data, land, told) {
  const map = openMap(box, data);
  const pens = Object.fromEntries(ORDER.map((pane) => [pane, L.svg({ pane, padding: 0.5 })]));
  const on = (pane, look) => ({ ...STILL, pane, renderer: pens[pane], ...look });
  for (const { rings } of land.beyond) {
    L.polygon(rings, on("land", { stroke: false, fillColor: LOOK.beyond, fillOpacity: 1 })).addTo(map);
  }
  const shapes = land.zones.map((zone) => {
    const look = { interactive: true, stroke: false, fillColor: LOOK.land, fillOpacity: 1 };
    const shape = L.polygon(zone.rings, on("zones", look)).addTo(map);
    shape.on("click", () => told.click(zone));
    shape.on("mouseover", () => told.hover(zone));
    shape.on("mouseout", () => told.hover(null));
    return shape;
  });
  for (const [kind, look] of Object.entries(LINES)) {
    L.polyline(land.lines[kind], on("lines", look)).addTo(map);
  }
  const bounds = L.polyline([], on("bounds", { color: LOOK.outline, weight: 2.5 })).addTo(map);
  const halo = L.polygon([], on("mark", { color: "#ffdd00", weight: 7, fill: false })).addTo(map);
  const mark = L.polygon([], on("mark", { color: "#0b0c0c", weight: 2.5, fill: false })).addTo(map);
  const shown = land.zones.map(() => LOOK.land);
  return {
    map,
    /** Fill each zone as asked; only what changes is drawn again. */
    fill(fillOf) {
      land.zones.forEach((zone, at) => {
        const fillColor = fillOf(zone);
        if (shown[at] === fillColor) return;
        shown[at] = fillColor;
        shapes[at].setStyle({ fillColor });
      });
    },
    bound: (lines) => bounds.setLatLngs(lines),
    mark(at) {
      const rings = at === undefined ? [] : land.zones[at].rings;
      halo.setLatLngs(rings);
      mark.setLatLngs(rings);
    },
    fit(numbers) {
      if (!numbers.size) return;
      const all = L.latLngBounds([]);
      for (const at of numbers) all.extend(shapes[at].getBounds());
      map.fitBounds(all, { padding: [16, 16] });
    },
  };
}
