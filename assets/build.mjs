// Builds the front end into the ui room's static folder: `npm run build`, or `npm run watch` while working on it.
import { context } from "esbuild";
import { readFile, rm } from "node:fs/promises";

const OUT = "src/guanjia/ui/static/dist";
const TOKENS = "assets/tokens.json";

const declarations = (colours) => Object.entries(colours).map(([name, hex]) => `--${name}:${hex};`).join("");

// One file of colours for CSS, the contrast test and whoever draws: dark is written twice, for the choice and for the device's wish.
const tokens = {
  name: "tokens",
  setup(build) {
    build.onResolve({ filter: /^tokens$/ }, () => ({ path: TOKENS, namespace: "tokens" }));
    build.onLoad({ filter: /.*/, namespace: "tokens" }, async () => {
      const { light, dark } = JSON.parse(await readFile(TOKENS, "utf8"));
      return {
        loader: "css",
        watchFiles: [TOKENS],
        contents: `:root{color-scheme:light;${declarations(light)}}
          :root[data-theme="dark"]{color-scheme:dark;${declarations(dark)}}
          @media (prefers-color-scheme:dark){:root:not([data-theme="light"]){color-scheme:dark;${declarations(dark)}}}
          @media print{:root:root:root{color-scheme:light;${declarations({ ...light, ground: "#fff", sunken: "#fff" })}}}`,
      };
    });
  },
};

const shared = {
  entryNames: "[name]",
  outdir: OUT,
  bundle: true,
  minify: true,
  legalComments: "none",
  logLevel: "info",
};

const own = await context({
  ...shared,
  entryPoints: ["app.css", "map.css", "kit.css", "engine.css"].map((name) => `assets/css/${name}`)
    .concat(["app.js", "map.js", "charts.js", "worker.js"].map((name) => `assets/js/${name}`))
    .concat({ in: "assets/js/forms/page.js", out: "forms" }, { in: "assets/js/forms/door.js", out: "door" }),
  format: "iife",
  // The oldest kernels found in office browsers.
  target: ["chrome99", "safari15.4", "firefox97"],
  loader: { ".png": "dataurl" },
  plugins: [tokens],
});

// ODK's engine awaits while it is loaded, which only a module may, and only younger browsers know.
const engine = await context({
  ...shared,
  entryPoints: ["assets/js/forms/odk.js"],
  format: "esm",
  target: ["chrome105", "safari16", "firefox104"],
  define: { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
});

if (process.argv.includes("--watch")) {
  await Promise.all([own.watch(), engine.watch()]);
} else {
  await rm(OUT, { recursive: true, force: true });
  for (const builder of [own, engine]) {
    await builder.rebuild();
    await builder.dispose();
  }
}
