/**
 * Suggestions under the search field, a combobox with a list (WAI-ARIA).
 *
 * The server answers the list's markup; this asks for it while somebody types, moves through it by keyboard and puts
 * this device's own searches first. Without it the field is a plain search form.
 */
import { forgetSearches, recentSearches, rememberSearch } from './recent.js'

const WAIT_MS = 110

export class Suggest {
  constructor(form, { ask = (...question) => fetch(...question) } = {}) {
    this.form = form
    this.ask = ask
    this.input = form.querySelector('input[type="search"]')
    this.list = form.querySelector('[role="listbox"]')
    this.status = form.querySelector('[role="status"]')
    this.recent = form.querySelector('template')
    this.at = -1
    this.shown = null
    this.listen()
  }

  listen() {
    const { input, list } = this
    const roles = { role: 'combobox', 'aria-expanded': 'false', 'aria-controls': list.id, 'aria-autocomplete': 'list' }
    for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value)
    input.addEventListener('input', () => this.typed())
    input.addEventListener('focus', () => this.load())
    input.addEventListener('click', () => this.load())
    input.addEventListener('keydown', (event) => this.press(event))
    this.form.addEventListener('submit', () => rememberSearch(input.value))
    this.form.addEventListener('focusout', (event) => {
      if (!this.form.contains(event.relatedTarget)) this.close()
    })
    // The focus stays in the field, also where a browser gives none to links.
    list.addEventListener('mousedown', (event) => event.preventDefault())
    list.addEventListener('click', (event) => this.choose(event))
  }

  get options() {
    return [...this.list.querySelectorAll('[role="option"]')]
  }

  get isOpen() {
    return 'open' in this.form.dataset
  }

  typed() {
    clearTimeout(this.timer)
    this.list.setAttribute('aria-busy', 'true')
    this.timer = setTimeout(() => this.load(), this.input.value.trim() ? WAIT_MS : 0)
  }

  /** Ask for what fits the field; an answer that comes after the next question is thrown away. */
  async load() {
    const text = this.input.value.trim()
    if (this.shown === text) {
      this.list.setAttribute('aria-busy', 'false')
      this.open()
      return
    }
    this.asked?.abort()
    const asked = new AbortController()
    this.asked = asked
    const url = `${this.form.dataset.suggest}?${new URLSearchParams({ q: text })}`
    const markup = await this.answer(url, asked.signal)
    if (markup !== null) this.show(text, markup)
    if (!asked.signal.aborted) this.list.setAttribute('aria-busy', 'false')
  }

  /** What the server says; nothing if it says nothing useful, and then the field searches as ever. */
  async answer(url, signal) {
    try {
      const answer = await this.ask(url, { signal })
      return answer.ok ? await answer.text() : null
    } catch {
      return null
    }
  }

  show(text, markup) {
    const answer = new DOMParser().parseFromString(markup, 'text/html').body.firstElementChild
    this.shown = text
    this.list.replaceChildren(...(text ? [] : this.ownSearches()), ...(answer?.children ?? []))
    this.options.forEach((option, index) => {
      option.id = `site-suggest-${index}`
    })
    this.status.textContent = answer?.dataset.status ?? ''
    if (this.form.contains(document.activeElement)) this.open()
  }

  /** This device's searches as a group of the list, with a way to forget them. */
  ownSearches() {
    const texts = recentSearches()
    if (!texts.length) return []
    const group = this.recent.content.firstElementChild.cloneNode(true)
    const line = group.querySelector('a')
    for (const text of texts) {
      const option = line.cloneNode(true)
      option.href = `${this.form.action}?${new URLSearchParams({ q: text })}`
      option.dataset.search = text
      option.querySelector('span').textContent = text
      line.before(option)
    }
    line.remove()
    return [group]
  }

  open() {
    this.move(-1)
    if (!this.options.length) {
      this.close()
      return
    }
    this.form.dataset.open = ''
    this.input.setAttribute('aria-expanded', 'true')
  }

  close() {
    clearTimeout(this.timer)
    this.asked?.abort()
    this.move(-1)
    delete this.form.dataset.open
    this.input.setAttribute('aria-expanded', 'false')
  }

  move(to) {
    const options = this.options
    this.at = to
    options.forEach((option, index) => option.setAttribute('aria-selected', String(index === to)))
    if (options[to]) {
      this.input.setAttribute('aria-activedescendant', options[to].id)
      options[to].scrollIntoView?.({ block: 'nearest' })
    } else {
      this.input.removeAttribute('aria-activedescendant')
    }
  }

  /** Step through the options; one further than either end is the field itself. */
  step(by) {
    const places = this.options.length + 1
    this.move(((this.at + 1 + by + places) % places) - 1)
  }

  press(event) {
    if (event.isComposing) return
    if (!this.isOpen) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
      event.preventDefault()
      this.load()
      return
    }
    if (event.key === 'Tab') this.close()
    else if (this.act(event.key)) event.preventDefault()
  }

  /** Do what a key means while the list is open; say whether it meant anything. */
  act(key) {
    const isAtOption = this.at >= 0
    const moves = { ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1), Escape: () => this.close() }
    const moving = { Home: () => this.move(0), End: () => this.move(this.options.length - 1), Enter: () => this.options[this.at].click() }
    const action = moves[key] ?? (isAtOption ? moving[key] : undefined)
    action?.()
    return Boolean(action)
  }

  choose(event) {
    const option = event.target.closest('[role="option"]')
    if (!option) return
    if ('forget' in option.dataset) {
      forgetSearches()
      this.shown = null
      this.load()
    } else if (option.dataset.search) {
      rememberSearch(option.dataset.search)
    }
  }
}

export function startSuggesting() {
  const form = document.querySelector('form[data-suggest]')
  if (form) new Suggest(form)
}
