/** The sources as data: scripts as the TypeScript compiler parses them, and the components' markup. */

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** @param {string} path below the components' folder */
function fileAt(path) {
  return fileURLToPath(import.meta.resolve(`#components/${path}`));
}

/**
 * The literal texts among the arguments of all calls to functions or methods of these names.
 *
 * @param {string} folder
 * @param {string[]} names
 */
export function literalArguments(folder, names) {
  /** @type {string[]} */
  const texts = [];
  /** @param {ts.Node} node */
  function visit(node) {
    if (ts.isCallExpression(node) && names.includes(calledName(node))) {
      texts.push(...node.arguments.filter(ts.isStringLiteralLike).map(({ text }) => text));
    }
    ts.forEachChild(node, visit);
  }
  for (const name of readdirSync(fileAt(folder)).filter((each) => each.endsWith(".js"))) {
    const source = readFileSync(fileAt(`${folder}/${name}`), "utf-8");
    visit(ts.createSourceFile(name, source, ts.ScriptTarget.Latest));
  }
  return texts;
}

/** @param {ts.CallExpression} call */
function calledName({ expression }) {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : "";
}

/**
 * The classes of a component's markup, and the texts it shows or has for screen readers.
 *
 * @param {string} path
 */
export function markup(path) {
  const source = readFileSync(fileAt(path), "utf-8");
  // node has no parser of HTML; the tags, and the text between them, are enough here
  const pieces = source.split(/(<[^>]*>)/).map((piece) => piece.trim().replace(/\s+/g, " "));
  const attributes = pieces.flatMap((piece) => [...piece.matchAll(/ ([a-z-]+)="([^"]*)"/g)]);
  /** @param {string} wanted */
  const valuesOf = (wanted) => attributes.filter(([, name]) => name === wanted).map(([, , value]) => value);
  return {
    texts: new Set([...pieces, ...valuesOf("aria-label")]),
    classes: new Set(valuesOf("class").flatMap((names) => names.split(" "))),
  };
}

/** @returns {Record<string, string>} */
export function textTable() {
  return JSON.parse(readFileSync(fileAt("desk/js/texts.json"), "utf-8"));
}
