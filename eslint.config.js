import js from "@eslint/js";
import globals from "globals";

const RULES = {
  curly: ["error", "multi-line"],
  eqeqeq: "error",
  "func-style": ["error", "declaration", { allowArrowFunctions: true }],
  "max-lines": ["error", { max: 250, skipBlankLines: true }],
  "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
  "max-params": ["error", 6],
  "no-shadow": "error",
  "no-unused-vars": ["error", { args: "all", argsIgnorePattern: "^_" }],
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-arrow-callback": "error",
  "prefer-const": "error",
  "prefer-template": "error",
};

export default [
  { ignores: [".venv/", "data/", "node_modules/"] },
  js.configs.recommended,
  { rules: RULES, linterOptions: { reportUnusedDisableDirectives: "error" } },
  { files: ["pages/**/*.js", "core/tablet/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["core/tablet/page/*-worklet.js"], languageOptions: { globals: globals.audioWorklet } },
  {
    files: ["tests/js/**/*.js", "tests/tablet/*.mjs", "eslint.config.js"],
    languageOptions: { globals: globals.node },
    rules: { "max-lines-per-function": "off" },
  },
];
