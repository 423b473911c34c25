// The trade-off, draggable. Python hands over one rung per AM target, with the threshold that validation gives for it and
// the exact figures and counts it then has; while the pointer moves, nothing leaves the browser. On release the target is sent.
const states = new WeakMap()
const STEP = 0.005
const TOP = 30, RIGHT = 16, BOTTOM = 40, LEFT = 46
const KEYBOARD_REST_MS = 220
const PENDING_MS = 4000
const SVG = "http://www.w3.org/2000/svg"

export default function (component) {
  const root = component.parentElement.querySelector(".trade-off")
  let state = states.get(root)
  if (!state) {
    state = { root, k: null, pending: [], isDragging: false, rest: 0, width: 0 }
    states.set(root, state)
    prepare(state)
  }
  state.send = component.setStateValue
  state.trigger = component.setTriggerValue
  update(state, component.data)
  return () => { clearTimeout(state.rest); state.resized.disconnect(); states.delete(root) }
}

function prepare(state) {
  const find = name => state.root.querySelector(name)
  state.svg = find(".curve svg")
  state.slider = find("input")
  state.pictures = ["good", "bad"].map(name => hundred(find(`.picture.${name}`)))
  state.slider.oninput = () => { state.isDragging = true; show(state, Number(state.slider.value)) }
  state.slider.onpointerdown = () => { state.byPointer = true }
  state.slider.onkeydown = () => { state.byPointer = false }
  state.slider.onchange = () => state.byPointer ? commit(state) : commitWhenResting(state)
  state.svg.onpointerdown = event => { state.svg.setPointerCapture(event.pointerId); state.isDragging = true; point(state, event) }
  state.svg.onpointermove = event => { if (state.svg.hasPointerCapture(event.pointerId)) point(state, event) }
  state.svg.onpointerup = state.svg.onpointercancel = () => { if (state.isDragging) commit(state) }
  for (const cell of state.root.querySelectorAll("button[data-cell]")) {
    cell.onclick = () => state.trigger("cell", cell.dataset.cell)
  }
  state.resized = new ResizeObserver(() => draw(state))
  state.resized.observe(find(".curve"))
}

function update(state, data) {
  state.data = data
  state.slider.max = String(data.rungs.length - 1)
  const wanted = Math.min(Math.round(data.am / STEP), data.rungs.length - 1)
  const seen = state.pending.findIndex(sent => sent.k === wanted)
  if (seen >= 0) state.pending.splice(0, seen + 1)
  state.pending = state.pending.filter(sent => performance.now() - sent.at < PENDING_MS)
  const isBusy = state.isDragging || state.pending.length > 0
  state.width = 0 // the lines may be another model's
  state.root.querySelector(".legend .shown").textContent = `${data.split} children`
  state.root.querySelector(".legend .other").textContent = data.split === "test" ? "validation children" : "test children"
  draw(state)
  show(state, state.k === null || !isBusy ? wanted : state.k)
}

function commit(state) {
  clearTimeout(state.rest)
  state.isDragging = false
  if (state.k === Math.round(state.data.am / STEP) && !state.pending.length) return
  state.pending.push({ k: state.k, at: performance.now() })
  state.send("am", Number((state.k * STEP).toFixed(3)))
}

function commitWhenResting(state) {
  clearTimeout(state.rest)
  state.rest = setTimeout(() => commit(state), KEYBOARD_REST_MS)
}

function point(state, event) {
  const box = state.svg.getBoundingClientRect()
  const am = ((event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT)) * state.data.am_max
  show(state, Math.min(Math.max(Math.round(am / STEP), 0), state.data.rungs.length - 1))
}

function percent(share, digits = 1) {
  return share === null ? "–" : `${(100 * share).toFixed(digits)} %`
}

function whole(share) {
  return share === null ? "–" : String(Math.round(100 * share))
}

function show(state, k) {
  state.k = k
  const rung = state.data.rungs[k]
  if (!rung) return
  const at = rung[state.data.split]
  const totals = state.data.totals[state.data.split]
  const write = (name, words) => { state.root.querySelector(name).textContent = words }
  if (Number(state.slider.value) !== k) state.slider.value = String(k)
  state.slider.style.setProperty("--filled", `${(100 * k) / Math.max(state.data.rungs.length - 1, 1)}%`)
  state.slider.setAttribute("aria-valuetext", `AM target ${percent(rung.am_target)}, RCC ${percent(at.rcc)}`)
  write(".target", percent(rung.am_target))
  write(".asked", whole(at.am)); write(".caught", whole(at.rcc))
  write(".figure.rcc .value", percent(at.rcc)); write(".figure.am .value", percent(at.am))
  write(".figure.threshold .value", rung.threshold === null ? "–" : rung.threshold.toFixed(4))
  write("[data-cell=accepted_kept] b", totals.accepted - at.accepted_refused)
  write("[data-cell=accepted_refused] b", at.accepted_refused)
  write("[data-cell=rejected_passed] b", totals.rejected - at.rejected_caught)
  write("[data-cell=rejected_caught] b", at.rejected_caught)
  write(".elsewhere", elsewhere(rung, state.data.split))
  fill(state.pictures[0], at.am); fill(state.pictures[1], at.rcc)
  place(state, rung)
}

function elsewhere(rung, split) {
  const there = split === "test" ? rung.validation : rung.test
  const name = split === "test" ? "validation children, who gave the threshold" : "test children"
  return `On the ${name}: ${percent(there.rcc)} caught, ${percent(there.am)} asked again.`
}

function hundred(host) {
  const dots = []
  for (let i = 0; i < 100; i++) {
    const dot = document.createElementNS(SVG, "circle")
    dot.setAttribute("cx", 5 + 10 * (i % 20)); dot.setAttribute("cy", 5 + 10 * Math.floor(i / 20)); dot.setAttribute("r", 3.7)
    host.append(dot)
    dots.push(dot)
  }
  return dots
}

function fill(dots, share) {
  const count = share === null ? 0 : Math.round(100 * share)
  for (let i = 0; i < 100; i++) dots[i].classList.toggle("turned", i < count)
}

function scales(state) {
  const wide = state.width - LEFT - RIGHT
  const tall = state.height - TOP - BOTTOM
  return { x: am => LEFT + (wide * am) / state.data.am_max, y: rcc => TOP + tall * (1 - rcc) }
}

function draw(state) {
  if (!state.data) return
  const width = Math.round(state.root.querySelector(".curve").clientWidth)
  if (!width || width === state.width) return
  state.width = width
  state.height = width < 480 ? 265 : 345
  state.svg.setAttribute("viewBox", `0 0 ${width} ${state.height}`)
  state.svg.setAttribute("height", state.height)
  const { x, y } = scales(state)
  const group = state.svg.querySelector(".grid")
  group.replaceChildren()
  for (let am = 0; am <= state.data.am_max + 1e-9; am += 0.1) {
    group.append(line(x(am), y(0), x(am), y(1)), words(x(am), y(0) + 18, "middle", `${Math.round(100 * am)} %`))
  }
  for (let rcc = 0; rcc <= 1; rcc += 0.25) {
    group.append(line(x(0), y(rcc), x(state.data.am_max), y(rcc)), words(x(0) - 8, y(rcc) + 4, "end", `${Math.round(100 * rcc)} %`))
  }
  group.append(words(x(state.data.am_max), y(0) + 35, "end", "good readings asked again (AM)"))
  group.append(words(0, 14, "start", "bad recordings caught (RCC)"))
  for (const split of ["validation", "test"]) {
    const path = state.svg.querySelector(`path.${split}`)
    path.setAttribute("d", steps(state.data.lines[split] || [], x, y, state.data.am_max))
    path.classList.toggle("faint", split !== state.data.split)
  }
  if (state.k !== null) place(state, state.data.rungs[state.k])
}

function steps(points, x, y, limit) {
  let path = ""
  for (const [am, rcc] of points) {
    if (am === null || rcc === null) continue
    path += `${path ? "L" : "M"}${x(Math.min(am, limit)).toFixed(1)} ${y(rcc).toFixed(1)}`
    if (am > limit) break
  }
  return path
}

function line(x1, y1, x2, y2) {
  const made = document.createElementNS(SVG, "line")
  for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) made.setAttribute(name, value)
  return made
}

function words(x, y, anchor, text) {
  const made = document.createElementNS(SVG, "text")
  made.setAttribute("x", x); made.setAttribute("y", y); made.setAttribute("text-anchor", anchor)
  made.textContent = text
  return made
}

function place(state, rung) {
  if (!state.width || !rung) return
  const { x, y } = scales(state)
  const at = rung[state.data.split]
  const target = state.svg.querySelector(".at-target")
  for (const [name, value] of Object.entries({ x1: x(rung.am_target), x2: x(rung.am_target), y1: y(0), y2: y(1) })) target.setAttribute(name, value)
  const marker = state.svg.querySelector(".marker")
  const isSeen = at.am !== null && at.rcc !== null
  marker.style.display = isSeen ? "" : "none"
  if (isSeen) marker.setAttribute("transform", `translate(${x(Math.min(at.am, state.data.am_max))} ${y(at.rcc)})`)
}
