import assert from "node:assert/strict";
import { test } from "node:test";

import { literalArguments, markup } from "./source.js";

for (const [folder, page] of [
  ["desk/js", "desk/annotator.html"],
  ["evaluate/js", "evaluate/operating_curve.html"],
]) {
  test(`every class that ${folder} looks for is in ${page}`, () => {
    const selectors = literalArguments(folder, ["find", "findOf", "#find", "#write", "#group"]);
    const classes = selectors.flatMap((selector) => [...selector.matchAll(/\.([a-z-]+)/g)].map(([, name]) => name));
    const { classes: present } = markup(page);
    assert.ok(classes.length > 10);
    assert.deepEqual(
      classes.filter((name) => !present.has(name)),
      [],
    );
  });
}
