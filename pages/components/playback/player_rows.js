// One recording of the list: its button, its words, the labels people gave it, what a model gives it.
function element(tag, className, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function row(state, item, index) {
  const made = element("div", "row")
  made.id = `row-${index}`
  made.setAttribute("role", "option")
  made.append(playButton(state, index, item), words(item), chips(item), bars(item))
  if (state.actions.length) made.append(actionButtons(state, item))
  if (item.note) made.append(element("div", "note", item.note))
  made.onclick = event => {
    if (event.target.closest("button")) return
    select(state, index)
  }
  made.ondblclick = () => play(state, index)
  return made
}

function playButton(state, index, item) {
  const button = element("button", "play")
  button.type = "button"
  button.tabIndex = -1
  button.setAttribute("aria-label", `Play ${item.title}`)
  button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path class="to-play" d="M8 5v14l11-7z"/><path class="to-pause" d="M6 5h4v14H6zm8 0h4v14h-4z"/></svg>'
  button.onclick = () => play(state, index)
  return button
}

function actionButtons(state, item) {
  const host = element("div", "actions")
  host.append(...state.actions.map(action => actionButton(state, item, action)))
  return host
}

function actionButton(state, item, action) {
  const button = element("button", "action", action.words)
  button.type = "button"
  button.dataset.choice = action.choice
  button.setAttribute("aria-label", `${action.words}: ${item.title}`)
  button.onclick = () => {
    button.disabled = true // until the screen has answered
    state.send("chosen", { recording_id: item.id, choice: action.choice })
  }
  return button
}

function actionOf(state, event) {
  return state.actions.find(action => action.key && action.key === event.key.toLowerCase())
}

function press(state, action) {
  const button = state.list.children[state.selected]?.querySelector(`[data-choice="${action.choice}"]`)
  if (button && !button.disabled) button.onclick()
}

function help(state) {
  const parts = state.actions.filter(action => action.key).flatMap(action => [" · ", element("kbd", "", action.key), ` ${action.words.toLowerCase()}`])
  state.root.querySelector(".keys").replaceChildren(...parts)
}

function words(item) {
  const made = element("div", "words")
  const title = element("div", "title", item.title)
  if (item.language) title.append(element("span", "language", item.language))
  made.append(title, element("div", "detail", item.detail))
  return made
}

function chips(item) {
  const made = element("div", "chips")
  for (const chip of item.chips) {
    const one = element("span", "chip")
    one.style.setProperty("--tone", chip.colour)
    one.append(element("span", "dot"), element("span", "", chip.label))
    if (chip.who) one.append(element("span", "who", chip.who))
    if (chip.title) one.title = chip.title
    made.append(one)
  }
  return made
}

function bars(item) {
  const made = element("div", "bars")
  for (const bar of item.bars) {
    const one = element("div", "bar")
    one.title = `${bar.name} ${(100 * bar.share).toFixed(1)} %`
    one.style.setProperty("--tone", bar.colour)
    const track = element("span", "track")
    const level = element("span", "level")
    level.style.width = `${100 * bar.share}%`
    track.append(level)
    if (bar.mark !== null && bar.mark !== undefined) {
      const mark = element("span", "mark")
      mark.style.left = `${100 * bar.mark}%`
      track.append(mark)
    }
    one.append(element("span", "name", bar.name), track, element("span", "share", bar.share.toFixed(2)))
    made.append(one)
  }
  return made
}
