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
    this.map = L.map(box, { zoomControl: false, attributionControl: Boolean(tiles), center: [35, 105], zoom: 4, maxZoom: 19 });
    L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut, zoomInText: "+", zoomOutText: "−" }).addTo(this.map);
    if (tiles) L.tileLayer(tiles, { attribution: box.dataset.tilesCredit, maxZoom: 19 }).addTo(this.map);
    this.load().catch(() => this.fail());
    this.watch();
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

  async fetch(url) {
    const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.json();
  }

  fail() {
    const note = document.createElement("p");
    note.className = "empty";
    note.textContent = this.box.dataset.failed;
    this.box.append(note);
  }

  areas(collection) {
    const layer = L.geoJSON(collection, {
      coordsToLatLng: ([lng, lat]) => L.latLng(...this.at(lat, lng)),
      style: (feature) => ({ className: `area area--${level(feature)}${feature.properties?.here ? " area--here" : ""}`, color: "", fillColor: "", weight: 1 }),
      onEachFeature: (feature, path) => {
        path.bindTooltip(document.createTextNode(feature.properties?.name ?? "").textContent, { sticky: true });
        if (feature.properties?.url && !this.box.dataset.pick) path.on("click", () => location.assign(feature.properties.url));
      },
    }).addTo(this.map);
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
      L.marker(spot, { icon: pin(worst), title: feature.properties?.name ?? "", alt: feature.properties?.name ?? "" })
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
    });
    document.addEventListener("place:found", ({ detail: { lat, lng } }) => {
      this.mark(lat, lng);
      this.map.setView(this.at(lat, lng), 17);
    });
  }
}

for (const box of document.querySelectorAll("[data-map]")) new DistrictMap(box);
