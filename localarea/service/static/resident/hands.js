// How people move the map: never by accident. A page is scrolled past it with a wheel or a finger.
import { holds } from "./geometry.js";

export function followHands(canvas, land, frame, click) {
  const { map } = canvas;
  const box = map.getContainer();
  leaveScrolling(box);
  box.addEventListener("focus", () => map.scrollWheelZoom.enable());
  box.addEventListener("blur", () => map.scrollWheelZoom.disable());
  box.addEventListener("wheel", (event) => {
    if (!map.scrollWheelZoom.enabled() && !event.ctrlKey) frame.advise("Choose the map first, then scroll to zoom.");
  }, { passive: true });
  box.addEventListener("touchmove", ({ touches }) => {
    if (touches.length === 1 && !map.dragging.enabled()) frame.advise("Move the map with two fingers.");
  }, { passive: true });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== box) return;
    const { lat, lng } = map.getCenter();
    const zone = land.zones.find((one) => holds(one, [lat, lng]));
    if (zone) click(zone, { lat, lng });
  });
  followPaper(map);
}

// A touch that came while the page was scrolling cannot be cancelled. The map library tries all the
// same, and the browser complains of every such attempt.
function leaveScrolling(box) {
  const settle = (event) => {
    if (!event.cancelable) event.preventDefault = () => {};
  };
  for (const kind of ["touchstart", "touchmove", "touchend"]) {
    box.addEventListener(kind, settle, { capture: true, passive: true });
  }
}

// On paper the map is as wide as the sheet: it is measured again, and shows the same land.
function followPaper(map) {
  const box = map.getContainer().parentElement;
  let before = null;
  addEventListener("beforeprint", () => {
    before = map.getBounds();
    box.classList.add("la-rmap__box--paper");
    map.invalidateSize({ animate: false });
    map.fitBounds(before, { animate: false });
  });
  addEventListener("afterprint", () => {
    box.classList.remove("la-rmap__box--paper");
    map.invalidateSize({ animate: false });
    if (before) map.fitBounds(before, { animate: false });
  });
}
