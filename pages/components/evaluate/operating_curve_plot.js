// The curve itself: axes, the lines of both groups of children, the judges, and the marker with its intervals.
const TOP = 30, RIGHT = 16, BOTTOM = 40, LEFT = 46

function scales(state) {
  const wide = state.width - LEFT - RIGHT
  const tall = state.height - TOP - BOTTOM
  return {
    x: am => LEFT + (wide * Math.min(am, state.data.am_max)) / state.data.am_max,
    y: rcc => TOP + tall * (1 - rcc),
  }
}

function draw(state) {
  if (!state.data) return
  const width = Math.round(node(state, ".curve").clientWidth)
  if (!width || width === state.width) return
  state.width = width
  state.height = width < 480 ? 265 : 345
  state.svg.setAttribute("viewBox", `0 0 ${width} ${state.height}`)
  state.svg.setAttribute("height", state.height)
  axes(state)
  const { x, y } = scales(state)
  for (const split of ["validation", "test"]) {
    const path = node(state, `path.${split}`)
    path.setAttribute("d", steps(state.data.lines[split] || [], x, y, state.data.am_max))
    path.classList.toggle("faint", split !== state.data.split)
  }
  people(state)
  if (state.k !== null) place(state, state.data.rungs[state.k])
}

function axes(state) {
  const { x, y } = scales(state)
  const most = state.data.am_max
  const group = node(state, ".grid")
  group.replaceChildren()
  for (let am = 0; am <= most + 1e-9; am += 0.1) {
    group.append(line(x(am), y(0), x(am), y(1)), words(x(am), y(0) + 18, "middle", `${Math.round(100 * am)} %`))
  }
  for (let rcc = 0; rcc <= 1; rcc += 0.25) {
    group.append(line(x(0), y(rcc), x(most), y(rcc)), words(x(0) - 8, y(rcc) + 4, "end", `${Math.round(100 * rcc)} %`))
  }
  group.append(words(x(most), y(0) + 35, "end", "good readings asked again (AM)"))
  group.append(words(0, 14, "start", "bad recordings caught (RCC)"))
}

function people(state) {
  const { x, y } = scales(state)
  const group = node(state, ".judges")
  group.replaceChildren()
  for (const one of state.data.judges) {
    if (one.am === null || one.rcc === null || one.am > state.data.am_max) continue
    const [at, up] = [x(one.am), y(one.rcc)]
    const mark = made("path", { d: `M${at - 6} ${up}L${at} ${up - 6}L${at + 6} ${up}L${at} ${up + 6}Z` })
    const title = made("title", {})
    title.textContent = `${one.judge} against the others: AM ${percent(one.am)}, RCC ${percent(one.rcc)}`
    mark.append(title)
    group.append(line(x(one.am_interval[0]), up, x(one.am_interval[1]), up), line(at, y(one.rcc_interval[0]), at, y(one.rcc_interval[1])), mark)
  }
}

function steps(points, x, y, limit) {
  let path = ""
  for (const [am, rcc] of points) {
    if (am === null || rcc === null) continue
    path += `${path ? "L" : "M"}${x(am).toFixed(1)} ${y(rcc).toFixed(1)}`
    if (am > limit) break
  }
  return path
}

function made(name, attributes) {
  const host = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) host.setAttribute(key, value)
  return host
}

function line(x1, y1, x2, y2) {
  return made("line", { x1, y1, x2, y2 })
}

function words(x, y, anchor, text) {
  const host = made("text", { x, y, "text-anchor": anchor })
  host.textContent = text
  return host
}

function move(host, x1, y1, x2, y2) {
  for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) host.setAttribute(name, value)
}

function place(state, rung) {
  if (!state.width || !rung) return
  const { x, y } = scales(state)
  const at = rung[state.data.split]
  move(node(state, ".at-target"), x(rung.am_target), y(0), x(rung.am_target), y(1))
  const isSeen = at.am !== null && at.rcc !== null
  node(state, ".marker").style.display = isSeen ? "" : "none"
  if (!isSeen) return
  const [left, top] = [x(at.am), y(at.rcc)]
  node(state, ".marker").setAttribute("transform", `translate(${left} ${top})`)
  move(node(state, ".across"), x(at.am_interval[0]) - left, 0, x(at.am_interval[1]) - left, 0)
  move(node(state, ".along"), 0, y(at.rcc_interval[0]) - top, 0, y(at.rcc_interval[1]) - top)
}
