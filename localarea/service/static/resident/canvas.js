// The drawing itself: land, zones, roads and lines as vectors, sharp at every zoom.
import * as L from "/static/leaflet/leaflet-src.esm.js";
import { Names } from "./names.js";
import { Pace, piecesOf } from "./pace.js";
import { LOOK } from "./shading.js";

const LINES = {
  zone: { color: "#a9a69f", weight: 0.6 },
  district: { color: "#3d4246", weight: 1.4, dashArray: "7 3 2 3" },
  coast: { color: "#5b7f95", weight: 1 },
};
// Motorways, numbered roads and others: a pale casing, and the road in it.
const ROADS = [
  [{ color: "#ffffff", weight: 4.5 }, { color: "#3b6fb5", weight: 2.6 }],
  [{ color: "#ffffff", weight: 4 }, { color: "#3f7d4c", weight: 2.2 }],
  [{ color: "#c9b68a", weight: 1.1 }],
];
// Where the map is of a few streets, every road is one to go by.
const NEAR_ROAD = [{ color: "#ffffff", weight: 5 }, { color: "#6b5d33", weight: 2.2 }];
const STILL = { interactive: false, lineJoin: "round", smoothFactor: 0.6 };
const AROUND = [16, 16]; // pixels left free around what is shown whole
const ORDER = ["land", "zones", "lines", "roads", "bounds", "mark"];
const CREDIT =
  "ONS, OS, National Highways, OGL v3.0; © OpenStreetMap contributors, ODbL";
const PALE = 0.55; // of fills over tiles
const AT_ONCE = 60; // lines drawn in one piece

function boundsOf(land, codes) {
  const all = L.latLngBounds([]);
  for (const { code, rings } of land.zones) if (codes.has(code)) all.extend(L.latLngBounds(rings.flat()));
  return all;
}

function openMap(box, data, whole) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const fingers = matchMedia("(pointer: coarse)").matches;
  const zooms = data.zooms ?? [7, 15];
  const map = L.map(box, {
    zoomAnimation: !still, fadeAnimation: !still, inertia: !still, zoomSnap: 0.5,
    scrollWheelZoom: false, dragging: !fingers, minZoom: zooms[0], maxZoom: zooms[1], zoomControl: false,
  });
  L.control.zoom({ zoomInTitle: "Nearer", zoomOutTitle: "Further away" }).addTo(map);
  L.control.scale({ maxWidth: 120, position: "bottomleft" }).addTo(map);
  map.attributionControl.setPrefix(false).addAttribution(CREDIT);
  if (data.tiles) {
    const words = document.createElement("span");
    words.textContent = data.tiles.attribution; // words, not a piece of a page
    L.tileLayer(data.tiles.url, { attribution: words.innerHTML, maxZoom: 19 }).addTo(map);
  }
  ORDER.forEach((name, at) => { map.createPane(name).style.zIndex = 300 + 10 * at; });
  const [south, west, north, east] = data.view;
  if (whole.isValid()) map.fitBounds(whole, { animate: false, padding: AROUND });
  else map.fitBounds([[south, west], [north, east]], { animate: false, padding: [12, 12] });
  return map;
}

export class Canvas {
  /** Draw the map piece by piece, with the zones of these codes whole; none for the usual view. */
  static async open(box, data, land, told, codes) {
    const canvas = new Canvas(box, data, land, codes);
    await canvas.#draw(data, told);
    return canvas;
  }

  constructor(box, data, land, codes) {
    this.land = land;
    this.map = openMap(box, data, boundsOf(land, codes));
    this.pale = data.tiles ? PALE : 1;
    this.pens = Object.fromEntries(ORDER.map((pane) => [pane, L.svg({ pane, padding: 0.5 })]));
    this.names = new Names(this.map, data, land, { onTiles: Boolean(data.tiles) });
  }

  async #draw(data, told) {
    const pace = new Pace();
    await this.names.begin(pace);
    await this.#drawLand(data, pace);
    this.shapes = [];
    for (const zone of this.land.zones) {
      if (pace.due) await pace.rest();
      this.shapes.push(this.#drawZone(zone, told));
    }
    this.shown = this.land.zones.map(() => LOOK.land);
    await this.#drawLines(data, pace);
    const bound = (weight) => L.polyline([], this.#on("bounds", { color: LOOK.outline, weight })).addTo(this.map);
    this.bounds = { land: bound(3), coast: bound(1.2) }; // every creek as a thick line hides the land
    this.outlines = L.layerGroup().addTo(this.map);
    this.halo = L.polygon([], this.#on("mark", { color: "#ffdd00", weight: 8, fill: false })).addTo(this.map);
    this.ring = L.polygon([], this.#on("mark", { color: "#0b0c0c", weight: 3, fill: false })).addTo(this.map);
  }

  #on(pane, look) {
    return { ...STILL, pane, renderer: this.pens[pane], ...look };
  }

  async #drawLand(data, pace) {
    if (data.tiles) return;
    for (const { rings } of this.land.beyond) {
      if (pace.due) await pace.rest();
      const look = { color: LOOK.beyond, weight: 0.7, fillColor: LOOK.beyond, fillOpacity: 1 };
      L.polygon(rings, this.#on("land", look)).addTo(this.map);
    }
  }

  #drawZone(zone, told) {
    // The line is of the colour of the fill, or a pale seam would show between two zones.
    const opacity = this.pale < 1 ? 0.01 : 1;
    const look = {
      interactive: true, color: LOOK.land, weight: 0.7, opacity,
      fillColor: LOOK.land, fillOpacity: opacity, bubblingMouseEvents: true,
    };
    const shape = L.polygon(zone.rings, this.#on("zones", look)).addTo(this.map);
    shape.bindTooltip(() => told.words(zone), { sticky: true, className: "la-rmap__tip", direction: "top" });
    shape.getElement().setAttribute("tabindex", "-1"); // what has a tooltip would be a stop of its own
    shape.on("click", ({ latlng }) => told.click(zone, latlng));
    shape.on("mouseover", () => told.hover(zone));
    return shape;
  }

  async #drawLines(data, pace) {
    const draw = async (lines, pane, look) => {
      const drawn = [];
      for (const some of piecesOf(lines, AT_ONCE)) {
        if (pace.due) await pace.rest();
        drawn.push(L.polyline(some, this.#on(pane, look)).addTo(this.map));
      }
      return L.featureGroup(drawn);
    };
    for (const [kind, look] of Object.entries(LINES)) {
      if (kind === "coast" && (data.tiles || data.cut)) continue; // what is cut out has no coast there
      const lines = await draw(this.land.lines[kind], "lines", look);
      if (kind === "zone") this.zoneLines = lines;
    }
    if (data.tiles) return;
    for (const kind of [2, 1, 0]) {
      const lines = this.land.roads.filter(([, one]) => one === kind).map(([, , line]) => line);
      for (const look of data.cut ? NEAR_ROAD : ROADS[kind]) await draw(lines, "roads", look);
    }
  }

  /** Fill each zone as asked; only what changes is drawn again. Over dark fills lines are pale. */
  fill(fillOf, { dark = false } = {}) {
    this.zoneLines.setStyle({ color: dark ? "#ffffff" : LINES.zone.color });
    this.land.zones.forEach((zone, at) => {
      const fillColor = fillOf(zone);
      if (this.shown[at] === fillColor) return;
      this.shown[at] = fillColor;
      const patterned = fillColor.startsWith("url");
      // Over tiles, what is not inside is as the tiles have it; a click must still find it.
      const clear = this.pale < 1 && fillColor === LOOK.land;
      const opacity = clear ? 0.01 : this.pale;
      const color = patterned ? LOOK.land : fillColor;
      this.shapes[at].setStyle({ fillColor, color, opacity, fillOpacity: opacity });
    });
  }

  /** Draw the line around what belongs. */
  bound({ land, coast }) {
    this.bounds.land.setLatLngs(land);
    this.bounds.coast.setLatLngs(coast);
  }

  /** Draw several outlines, each with its own colour, width and dashes. */
  outline(all) {
    this.outlines.clearLayers();
    const draw = (lines, look) => L.polyline(lines, this.#on("bounds", look)).addTo(this.outlines);
    for (const { lines, width } of all) draw(lines.land, { color: "#ffffff", weight: width + 2, opacity: 0.7 });
    for (const { lines, colour, width, dash } of all) {
      const look = { color: colour, dashArray: dash || null, lineCap: "butt" };
      draw(lines.land, { ...look, weight: width });
      draw(lines.coast, { ...look, weight: width / 2 });
    }
  }

  /** Put a point on the map: `[lat, lng]`, in a look of the map library. */
  addPoint(place, look) {
    L.circleMarker(place, this.#on("mark", { radius: 8, color: "#0b0c0c", weight: 3, fillOpacity: 1, ...look })).addTo(this.map);
  }

  /** Mark one zone by its number, or none. */
  mark(at) {
    const rings = at === undefined ? [] : this.land.zones[at].rings;
    this.halo.setLatLngs(rings);
    this.ring.setLatLngs(rings);
  }

  fit(numbers) {
    if (numbers.size) this.map.fitBounds(this.#boundsOf(numbers), { padding: AROUND });
  }

  /** Whether some zones are all in sight. */
  shows(numbers) {
    return !numbers.size || this.map.getBounds().contains(this.#boundsOf(numbers));
  }

  #boundsOf(numbers) {
    const all = L.latLngBounds([]);
    for (const at of numbers) all.extend(this.shapes[at].getBounds());
    return all;
  }

  /** Go to a place, no nearer than people want to see it. */
  goTo(place) {
    this.map.setView(place, Math.max(this.map.getZoom(), 11.5));
  }
}
