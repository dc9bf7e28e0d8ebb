// A map around a postcode: a click puts the point into the box, and asks about it.
import { ResidentMap } from "./resident-map.js";

const data = JSON.parse(document.getElementById("site-data").textContent);
const box = document.getElementById("at");
const map = new ResidentMap(document.getElementById("map"), {
  data,
  labels: {
    map: "Map around the postcode; the box below takes the same point",
    inside: "Inside the area", outside: "Outside the area",
  },
  controls: { layers: false, search: false },
});
map.addEventListener("zone-click", ({ detail: { lat, lng } }) => {
  box.value = `${lat.toFixed(5)}, ${lng.toFixed(5)}`;
  box.form.requestSubmit();
});
map.ready.then(() => {
  map.setZones(data.inside);
  map.canvas.addPoint(data.at, { fillColor: "#ffdd00" });
  if (data.point) map.canvas.addPoint(data.point, { fillColor: "#ffffff", weight: 5 });
}).catch(() => document.body.classList.add("la-no-map"));
