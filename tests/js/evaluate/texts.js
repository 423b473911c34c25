/** The texts of the trade-off that tests read. */

import { Words } from "#components/evaluate/js/words.js";

export const english = new Words({
  decimal_sign: ".",
  group_sign: ",",
  chosen:
    "The threshold was chosen on the validation children, for a target of {target}: there {am} are wrongly refused and {rcc} caught.",
  others_test: "The test children, who had no part in that, get {am} and {rcc}.",
  why_other: "The test children had no part in that, so they get another share: {am}.",
  spread: "95 of 100 other groups of children would get {ends}.",
  ends: "{low} to {high} %",
  too_few: "too few children",
  day: "On a day with {readings}: {refused}, {passed}.",
  reading: "{n} reading",
  readings: "{n} readings",
  refused_one: "{n} good reading is wrongly refused",
  refused_many: "{n} good readings are wrongly refused",
  passed_one: "{n} bad recording is let through",
  passed_many: "{n} bad recordings are let through",
  apart: "Noise {noise}, Speechless {speechless}",
  stream: "with disagreements {am}",
  costs: "Costs {points}: {caught}, not {even}.",
  free: "Free: {caught}.",
});

export const french = new Words({
  decimal_sign: ",",
  group_sign: " ",
  readings: "{n} lectures",
  ends: "{low} à {high} %",
});
