// The map of one area, for everybody: of a definition, and of what local means today.
import { ResidentMap } from "./resident-map.js";

const place = document.getElementById("area-map");
const map = new ResidentMap(place, {
  dataAddress: place.dataset.source,
  labels: { map: place.dataset.words, inside: "Local", outside: "Not local", table: "The map as a table" },
  controls: { layers: false },
  late: true,
});
map.addEventListener("zone-click", ({ detail: { code, name } }) => {
  map.select(code);
  const said = map.inside.has(code) ? "inside the area" : "outside the area";
  document.getElementById("area-map-status").textContent = `${name} is ${said}.`;
});
// Where it cannot be drawn, the picture stands in its place, as it does without scripts.
map.ready.then(() => map.setZones(map.data.inside)).catch(() => document.body.classList.add("la-no-map"));
