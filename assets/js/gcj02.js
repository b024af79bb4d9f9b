// WGS84 → GCJ-02, the shifted coordinates that Chinese tile sources draw in. Only the map's edge needs it; we store WGS84.
const A = 6378245;
const EE = 0.006693421622965943;

const waves = (x) => (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2 / 3;

function latShift(x, y) {
  return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + waves(x)
    + (20 * Math.sin(y * Math.PI) + 40 * Math.sin(y / 3 * Math.PI)) * 2 / 3
    + (160 * Math.sin(y / 12 * Math.PI) + 320 * Math.sin(y * Math.PI / 30)) * 2 / 3;
}

function lngShift(x, y) {
  return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + waves(x)
    + (20 * Math.sin(x * Math.PI) + 40 * Math.sin(x / 3 * Math.PI)) * 2 / 3
    + (150 * Math.sin(x / 12 * Math.PI) + 300 * Math.sin(x / 30 * Math.PI)) * 2 / 3;
}

export function toGcj02(lat, lng) {
  const rad = lat / 180 * Math.PI;
  const magic = 1 - EE * Math.sin(rad) ** 2;
  const root = Math.sqrt(magic);
  return [
    lat + latShift(lng - 105, lat - 35) * 180 / (A * (1 - EE) / (magic * root) * Math.PI),
    lng + lngShift(lng - 105, lat - 35) * 180 / (A / root * Math.cos(rad) * Math.PI),
  ];
}

// The shift changes by centimetres over metres, so three rounds of correction are exact enough to store a tapped point.
export function fromGcj02(lat, lng) {
  let [la, ln] = [lat, lng];
  for (let round = 0; round < 3; round += 1) {
    const [a, b] = toGcj02(la, ln);
    [la, ln] = [la + lat - a, ln + lng - b];
  }
  return [la, ln];
}
