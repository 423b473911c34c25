// What the page tells the child, in each language.

const ENGLISH = {
  title: "Read aloud",
  instruction: "Press the button, read the word, and press again.",
  read: "Read",
  done: "Done",
  listening: "We are listening ...",
  accepted: "We heard you well!",
  figures: "Figures",
  privacy: "What you read stays on this device: nothing is stored and nothing is sent.",
  model: "Model {id}, threshold {threshold}",
  until: "Model {id}, threshold {threshold}, until {day}",
  refused: "This cannot be decided: {why}.",
  microphone: "The microphone cannot be used: {why}. Allow it, and press again.",
  expired: "This page is out of date. Tell your teacher.",
};

/** @typedef {keyof typeof ENGLISH} TextName */

/** @type {Record<string, Record<TextName, string>>} */
export const TEXTS = {
  en: ENGLISH,
  fr: {
    title: "Lis à voix haute",
    instruction: "Appuie sur le bouton, lis le mot, puis appuie encore une fois.",
    read: "Lire",
    done: "Fini",
    listening: "Nous t'écoutons ...",
    accepted: "Nous t'avons bien entendu !",
    figures: "Chiffres",
    privacy: "Ce que tu lis reste sur cet appareil : rien n'est enregistré, rien n'est envoyé.",
    model: "Modèle {id}, seuil {threshold}",
    until: "Modèle {id}, seuil {threshold}, jusqu'au {day}",
    refused: "Aucune décision possible : {why}.",
    microphone: "Le microphone n'est pas disponible : {why}. Autorise-le, puis appuie encore une fois.",
    expired: "Cette page n'est plus à jour. Dis-le à ton enseignant.",
  },
};

/**
 * The first of the languages of a browser that is here; English without any.
 * @param {readonly string[]} wanted such as `navigator.languages`
 */
export function preferredLanguage(wanted) {
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in TEXTS) ?? "en";
}

/**
 * A text in a language, with its places filled in.
 * @param {string} language
 * @param {TextName} name
 * @param {Record<string, string | number>} [values]
 */
export function text(language, name, values = {}) {
  return TEXTS[language][name].replace(/\{(\w+)\}/g, (place, word) => String(values[word] ?? place));
}
