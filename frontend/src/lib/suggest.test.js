import { beforeEach, expect, test, vi } from 'vitest'
import { recentSearches, rememberSearch } from './recent.js'
import { Suggest } from './suggest.js'

const option = (text, more = '') => `<a role="option" href="#${text}" ${more}>${text}</a>`
const answer = (...texts) => `<div data-status="${texts.length} found">${texts.map((text) => option(text)).join('')}</div>`
const says = (markup) => vi.fn(async () => ({ ok: true, text: async () => markup }))

let asked
let suggest

function start(markup) {
  asked = says(markup)
  suggest = new Suggest(document.querySelector('form'), { ask: asked })
  suggest.input.focus()
}

const press = (key) => {
  const event = new KeyboardEvent('keydown', { key, cancelable: true })
  suggest.input.dispatchEvent(event)
  return event.defaultPrevented
}
const activeText = () => document.getElementById(suggest.input.getAttribute('aria-activedescendant'))?.textContent

beforeEach(() => {
  localStorage.clear()
  document.body.innerHTML = `
    <form action="/search/" data-suggest="/suggest/">
      <input type="search" name="q">
      <div role="listbox" id="list"></div>
      <p role="status"></p>
      <template><div role="group"><a role="option"><span></span></a><button type="button" role="option" data-forget>Forget</button></div></template>
    </form>`
})

test('the field becomes a combobox that says how much there is', async () => {
  start(answer('iphone', 'ipad'))
  await vi.waitFor(() => expect(suggest.isOpen).toBe(true))

  expect(suggest.input.getAttribute('role')).toBe('combobox')
  expect(suggest.input.getAttribute('aria-expanded')).toBe('true')
  expect(document.querySelector('[role=status]').textContent).toBe('2 found')
})

test('arrows, Home and End walk through the options and past both ends', async () => {
  start(answer('a', 'b', 'c'))
  await vi.waitFor(() => expect(suggest.isOpen).toBe(true))

  const seen = ['ArrowDown', 'ArrowDown', 'End', 'ArrowDown', 'ArrowUp', 'Home'].map((key) => {
    press(key)
    return activeText()
  })

  expect(seen).toEqual(['a', 'b', 'c', undefined, 'c', 'a'])
})

test('keys that mean nothing now are left to the field', async () => {
  start(answer('a'))
  await vi.waitFor(() => expect(suggest.isOpen).toBe(true))

  expect(['Home', 'End', 'Enter', 'x'].map(press)).toEqual([false, false, false, false])
  expect(press('Escape')).toBe(true)
  expect(press('Escape')).toBe(false)
})

test('Tab leaves the field as ever and closes the list', async () => {
  start(answer('a'))
  await vi.waitFor(() => expect(suggest.isOpen).toBe(true))

  expect(press('Tab')).toBe(false)
  expect(suggest.isOpen).toBe(false)
})

test('an answer that nothing can be made of opens nothing', async () => {
  for (const ask of [async () => ({ ok: false }), async () => Promise.reject(new TypeError('offline')), says('')]) {
    const one = new Suggest(document.querySelector('form'), { ask })
    await one.load()
    expect(one.isOpen).toBe(false)
  }
})

test('a question that was overtaken is taken back', async () => {
  const signals = []
  const ask = (url, { signal }) => new Promise(() => signals.push(signal))
  const one = new Suggest(document.querySelector('form'), { ask })

  one.load()
  one.input.value = 'ip'
  one.load()

  expect(signals.map((signal) => signal.aborted)).toEqual([true, false])
})

test('an empty field shows what this device searched, and can forget it', async () => {
  rememberSearch('galaxy')
  rememberSearch(' iPhone 13 ')
  rememberSearch('GALAXY')
  start(answer('popular'))
  await vi.waitFor(() => expect(suggest.isOpen).toBe(true))

  expect(suggest.options.map((one) => one.textContent)).toEqual(['GALAXY', 'iPhone 13', 'Forget', 'popular'])
  expect(suggest.options[1].getAttribute('href')).toContain('/search/?q=iPhone+13')

  suggest.options[2].click()
  await vi.waitFor(() => expect(suggest.options.map((one) => one.textContent)).toEqual(['popular']))
  expect(recentSearches()).toEqual([])
})

test('what is kept on the device is never trusted', () => {
  for (const kept of ['{', '"text"', '[1, null, "ok"]', 'null']) {
    localStorage.setItem('backmarket:searches', kept)
    expect(recentSearches().every((text) => typeof text === 'string')).toBe(true)
  }
})
