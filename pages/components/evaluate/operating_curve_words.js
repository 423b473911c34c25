// What the trade-off says in words: shares, intervals, a day on the platform, what can be promised.
function percent(share, digits = 1) {
  return share === null ? "–" : `${(100 * share).toFixed(digits)} %`
}

function whole(share) {
  return share === null ? "–" : String(Math.round(100 * share))
}

function ends(interval) {
  return interval === null ? "" : `${Math.round(100 * interval[0])} to ${Math.round(100 * interval[1])} %`
}

function some(n, one, many) {
  return `${Math.round(n).toLocaleString("en")} ${Math.round(n) === 1 ? one : many}`
}

function short(share) {
  return `${Number((100 * share).toFixed(1))} %`
}

function elsewhere(rung, split) {
  const there = split === "test" ? rung.validation : rung.test
  const name = split === "test" ? "validation children, who gave the threshold" : "test children"
  return `On the ${name}: ${percent(there.rcc)} caught, ${percent(there.am)} asked again.`
}

function day(state, at) {
  const { day } = state.data
  node(state, ".day").hidden = !day || at.am === null || at.rcc === null
  if (!day || at.am === null || at.rcc === null) return
  const again = some(at.am * day.good, "child reads again for nothing", "children read again for nothing")
  const pass = some((1 - at.rcc) * day.bad, "bad recording passes", "bad recordings pass")
  write(state, ".day", `On a day with ${some(day.good + day.bad, "reading", "readings")}: ${again}, ${pass}.`)
}

function promise(state, rung) {
  const { promise } = rung
  const host = node(state, ".promise")
  host.hidden = !promise
  if (!promise) return
  host.classList.toggle("kept", promise.is_kept)
  const from = `With these ${some(promise.n, "Accepted recording", "Accepted recordings")} of ${some(promise.n_children, "test child", "test children")}, `
  const claim = `an AM of at most ${short(rung.am_target)} ${promise.is_kept ? "can" : "cannot"} be promised`
  write(state, ".promise .sign", promise.is_kept ? "✓" : "!")
  write(state, ".promise .said", from + claim + (promise.is_kept ? "." : ` (up to ${short(promise.upper)} may be). ${remedy(promise)}`))
}

function remedy(promise) {
  const more = promise.needed === null
    ? "No number of recordings could: as many are refused already."
    : `About ${promise.needed.toLocaleString("en")} Accepted recordings could, if no larger share of them is refused.`
  return promise.keeps_at === null ? more : `${more} A target of ${short(promise.keeps_at)} keeps it.`
}
