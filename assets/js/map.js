// [data-map]: our own polygons and points; tiles only if the page names a source. Marked up by {% map_view %}.
import L from "leaflet";
import { fromGcj02, toGcj02 } from "./gcj02.js";
import { fill } from "./place.js";

const SHAPES = {
  ok: '<circle cx="12" cy="12" r="8"/>',
  near: '<path d="M12 2 22.5 20.5h-21z"/>',
  late: '<rect x="4" y="4" width="16" height="16" transform="rotate(45 12 12)"/>',
  none: '<circle cx="12" cy="12" r="6"/>',
};
// From this zoom on what `data-closer` answers can be told apart, and from the next on there is room for its names.
const CLOSE = 15;
const NAMED = 16;
// Degrees: views are widened to such steps, so that small moves ask for nothing new.
const STEP = 0.01;
const PAUSE = 200;

const WORST = ["late", "near", "ok", "none"];
const shape = (level) => SHAPES[level] ?? SHAPES.none;
const level = (feature) => feature.properties?.level ?? "none";

function pin(name, text = "") {
  const words = text ? `<text x="12" y="12.5">${text}</text>` : "";
  const side = text ? 34 : 22;
  return L.divIcon({
    className: `pin pin--${name}`,
    iconSize: [side, side],
    html: `<svg viewBox="0 0 24 24" aria-hidden="true">${shape(name)}${words}</svg>`,
  });
}

function popup({ name, url, note }) {
  const box = document.createElement("div");
  const line = document.createElement(url ? "a" : "strong");
  line.textContent = name ?? "";
  if (url) line.href = url;
  box.append(line);
  if (note) box.append(document.createElement("br"), note);
  return box;
}

class DistrictMap {
  constructor(box) {
    const { tiles, tilesCrs, zoomIn, zoomOut } = box.dataset;
    this.box = box;
    this.shifted = Boolean(tiles) && tilesCrs === "gcj02";
    // Our own lines are drawn at any scale, so that the district fills the map; tiles only at whole steps.
    this.map = L.map(box, { zoomControl: false, attributionControl: Boolean(tiles), center: [35, 105], zoom: 4, maxZoom: tiles ? 19 : 18, zoomSnap: tiles ? 1 : 0.25 });
    L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut, zoomInText: "+", zoomOutText: "−" }).addTo(this.map);
    if (tiles) L.tileLayer(tiles, { attribution: box.dataset.tilesCredit, maxZoom: 19 }).addTo(this.map);
    this.load().catch(() => this.fail());
    this.watch();
    if (box.dataset.ticks) box.classList.add("map--named");
    if (box.dataset.closer) this.closer(box.dataset.closer);
    if (box.dataset.pick) this.picking(box.dataset.pick);
  }

  at(lat, lng) {
    return this.shifted ? toGcj02(lat, lng) : [lat, lng];
  }

  async load() {
    const { areas, points, lat, lng } = this.box.dataset;
    const [polygons, dots] = await Promise.all([areas, points].map((url) => url && this.fetch(url)));
    if (polygons) this.areas(polygons);
    if (lat) {
      this.map.setView(this.at(Number(lat), Number(lng)), 16);
      this.mark(Number(lat), Number(lng));
    }
    if (dots) this.points(dots.features);
  }

  async fetch(url, signal) {
    const answer = await fetch(url, { signal, headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.json();
  }

  fail() {
    const note = document.createElement("p");
    note.className = "empty";
    note.textContent = this.box.dataset.failed;
    this.box.append(note);
  }

  // What lies in the view, asked for again once it rests after a move; whatever was on its way is given up.
  closer(url) {
    const layer = this.layer(null, "area--closer").addTo(this.map);
    let pause, asking, drawn;
    const look = async () => {
      const box = this.view();
      if (box === drawn) return;
      asking = new AbortController();
      try {
        const found = await this.fetch(`${url}${url.includes("?") ? "&" : "?"}box=${box}`, asking.signal);
        layer.clearLayers().addData(found);
        drawn = box;
      } catch {
        // Given up or failed: the outlines below stay, and the next move asks again.
      }
    };
    this.map.on("moveend", () => {
      clearTimeout(pause);
      asking?.abort();
      if (this.map.getZoom() >= CLOSE) pause = setTimeout(look, PAUSE);
      else drawn = void layer.clearLayers();
    });
    this.map.on("zoomend", () => this.box.classList.toggle("map--named", this.map.getZoom() >= NAMED));
  }

  view() {
    const bounds = this.map.getBounds();
    const [[south, west], [north, east]] = [bounds.getSouthWest(), bounds.getNorthEast()].map(({ lat, lng }) => (this.shifted ? fromGcj02(lat, lng) : [lat, lng]));
    const down = (side) => Math.floor(side / STEP) * STEP;
    const up = (side) => Math.ceil(side / STEP) * STEP;
    return [down(west), down(south), up(east), up(north)].map((side) => side.toFixed(2)).join();
  }

  layer(collection, css = "") {
    return L.geoJSON(collection, {
      coordsToLatLng: ([lng, lat]) => L.latLng(...this.at(lat, lng)),
      style: (feature) => ({ className: `area area--${level(feature)} ${feature.properties?.here ? "area--here" : css}`, color: "", fillColor: "", weight: 1 }),
      onEachFeature: (feature, path) => {
        const name = document.createTextNode(feature.properties?.name ?? ""); // a string would be read as HTML
        const { pick, ticks } = this.box.dataset;
        if (!ticks || !feature.properties?.here) path.bindTooltip(name, css || ticks ? { permanent: true, direction: "center", className: "area-name" } : { sticky: true });
        if (ticks) this.ticking(ticks, feature, path);
        else if (feature.properties?.url && !pick) path.on("click", () => location.assign(feature.properties.url));
      },
    });
  }

  // An area that a box of the form stands for: a tap on either ticks it, and both show it. What no box stands for is
  // part of it anyway; around all of it runs a frame.
  ticking(name, { properties }, path) {
    const box = document.querySelector(`input[name="${name}"][value="${properties?.id}"]`);
    const look = (css, on = true) => path.getElement()?.classList.toggle(css, on);
    if (!box) return path.on("add", () => look(properties?.here ? "area--frame" : "area--own"));
    const show = () => look("area--ticked", box.checked);
    path.on("add", () => look("area--open")).on("add", show).on("click", () => box.click());
    box.addEventListener("change", show);
  }

  areas(collection) {
    const layer = this.layer(collection).addTo(this.map);
    const here = collection.features.filter((feature) => feature.properties?.here);
    const frame = here.length ? L.geoJSON(here, { coordsToLatLng: ([lng, lat]) => L.latLng(...this.at(lat, lng)) }) : layer;
    this.frame = frame.getBounds();
    this.fit();
  }

  fit() {
    if (this.frame?.isValid()) this.map.fitBounds(this.frame, { padding: [12, 12] });
  }

  // A map in a part of the page that opens later has no size before that.
  watch() {
    let wide = this.box.clientWidth;
    new ResizeObserver(() => {
      this.map.invalidateSize();
      if (!wide && !this.chosen) this.fit();
      wide = this.box.clientWidth;
    }).observe(this.box);
  }

  points(features) {
    this.dots = L.layerGroup().addTo(this.map);
    const draw = () => this.cluster(features);
    if (this.map.getZoom() < 6 && features.length) {
      this.map.fitBounds(features.map(({ geometry: { coordinates: [lng, lat] } }) => this.at(lat, lng)), { padding: [24, 24], maxZoom: 16 });
    }
    this.map.on("zoomend", draw);
    draw();
  }

  // Points that fall in one 56-pixel square share a sign with their number, coloured and shaped by the worst of them.
  cluster(features) {
    const squares = new Map();
    for (const feature of features) {
      const [lng, lat] = feature.geometry.coordinates;
      const spot = L.latLng(...this.at(lat, lng));
      const { x, y } = this.map.project(spot).divideBy(56).floor();
      const square = squares.get(`${x}:${y}`) ?? [];
      square.push({ feature, spot });
      squares.set(`${x}:${y}`, square);
    }
    this.dots.clearLayers();
    for (const square of squares.values()) this.sign(square);
  }

  sign(square) {
    const worst = WORST.find((name) => square.some(({ feature }) => level(feature) === name)) ?? "none";
    if (square.length === 1) {
      const [{ feature, spot }] = square;
      L.marker(spot, { icon: pin(worst, feature.properties?.mark), title: feature.properties?.name ?? "", alt: feature.properties?.name ?? "" })
        .bindPopup(popup(feature.properties ?? {})).addTo(this.dots);
      return;
    }
    const spots = square.map(({ spot }) => spot);
    const marker = L.marker(L.latLngBounds(spots).getCenter(), { icon: pin(worst, String(square.length)), title: String(square.length), alt: String(square.length) });
    marker.on("click", () => this.map.fitBounds(L.latLngBounds(spots), { padding: [60, 60], maxZoom: 18 })).addTo(this.dots);
  }

  mark(lat, lng) {
    this.chosen ??= L.marker([0, 0], { icon: pin("ok"), keyboard: false }).addTo(this.map);
    this.chosen.setLatLng(this.at(lat, lng));
  }

  picking(prefix) {
    this.map.on("click", ({ latlng }) => {
      const [lat, lng] = this.shifted ? fromGcj02(latlng.lat, latlng.lng) : [latlng.lat, latlng.lng];
      fill(prefix, lat, lng);
      this.mark(lat, lng);
      // A finger on the whole district means a neighbourhood: come closer, so that the next tap can mean a door.
      if (this.map.getZoom() < NAMED) this.map.setView(latlng, NAMED);
    });
    document.addEventListener("place:found", ({ detail: { lat, lng } }) => {
      this.mark(lat, lng);
      this.map.setView(this.at(lat, lng), 17);
    });
  }
}

for (const box of document.querySelectorAll("[data-map]")) new DistrictMap(box);
