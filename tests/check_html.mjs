// Every page below a folder against the HTML standard's rules; a line for each fault.
// Run: node tests/check_html.mjs site
import { globSync, readFileSync } from "node:fs";
import { HtmlValidate, StaticConfigLoader } from "./vendor/html-validate.mjs";

const rules = {
  "require-sri": "off", // scripts and styles are the site's own, never from another host
};
const root = process.argv[2];
const checker = new HtmlValidate(
  new StaticConfigLoader({ extends: ["html-validate:standard", "html-validate:document"], rules }),
);
for (const name of globSync("**/*.html", { cwd: root }).sort()) {
  const report = checker.validateStringSync(readFileSync(`${root}/${name}`, "utf8"));
  for (const fault of report.results.flatMap((result) => result.messages)) {
    console.log(`${name}:${fault.line}: ${fault.message} (${fault.ruleId})`);
  }
}
