import { afterEach, expect, test, vi } from 'vitest'
import { recount, startLive } from './live.js'

const PAGE = `
  <form data-live-form action="/checkout/">
    <input id="name" name="name" value="Ada">
    <div id="parcels" data-live><label><input type="radio" name="carrier-1" value="home" checked></label></div>
    <div id="sums" data-live><output>463,99</output></div>
    <button name="update" value="1" data-live-button></button>
  </form>`

function answer(html, more = {}) {
  return Promise.resolve({ ok: true, redirected: false, text: () => Promise.resolve(html), ...more })
}

afterEach(() => vi.unstubAllGlobals())

test('the form is sent as an update and the live parts take the answer', async () => {
  document.body.innerHTML = PAGE
  const form = document.querySelector('form')
  const name = document.getElementById('name')
  const fetchPage = vi.fn(() => answer('<div id="sums" data-live><output>473,89</output></div>'))

  const counted = await recount(form, { fetchPage })

  expect(counted).toBe(true)
  expect(document.querySelector('output').textContent).toBe('473,89')
  expect(document.getElementById('name')).toBe(name)
  const [, options] = fetchPage.mock.calls[0]
  expect([options.method, options.body.get('update'), options.body.get('carrier-1')]).toEqual(['POST', '1', 'home'])
})

test('the last change wins', async () => {
  document.body.innerHTML = PAGE
  const form = document.querySelector('form')
  let finishFirst
  const slow = () => new Promise((resolve) => (finishFirst = resolve))
  const first = recount(form, { fetchPage: slow })
  await recount(form, { fetchPage: () => answer('<div id="sums" data-live>second</div>') })

  finishFirst(await answer('<div id="sums" data-live>first</div>'))

  expect(await first).toBe(false)
  expect(document.getElementById('sums').textContent).toBe('second')
})

test('an answer that leads elsewhere or fails changes nothing', async () => {
  document.body.innerHTML = PAGE
  const form = document.querySelector('form')

  expect(await recount(form, { fetchPage: () => answer('', { redirected: true }) })).toBe(false)
  expect(await recount(form, { fetchPage: () => Promise.reject(new Error('offline')) })).toBe(false)
  expect(document.querySelector('output').textContent).toBe('463,99')
  expect(document.getElementById('sums').hasAttribute('aria-busy')).toBe(false)
})

test('a change counts again and the update button is not needed', () => {
  document.body.innerHTML = PAGE
  const fetched = vi.fn(() => answer(''))
  vi.stubGlobal('fetch', fetched)

  startLive()
  document.getElementById('name').dispatchEvent(new Event('change', { bubbles: true }))

  expect(document.querySelector('[data-live-button]').hidden).toBe(true)
  expect(fetched).toHaveBeenCalledTimes(1)
})

test('who pays does not wait for a count under way', async () => {
  document.body.innerHTML = PAGE
  const form = document.querySelector('form')
  startLive()
  let finish
  const pending = recount(form, { fetchPage: () => new Promise((resolve) => (finish = resolve)) })

  const left = form.dispatchEvent(new Event('submit', { cancelable: true }))
  finish(await answer('<div id="sums" data-live>new</div>'))

  expect(left).toBe(true)
  expect(await pending).toBe(false)
  expect(document.querySelector('output').textContent).toBe('463,99')
})
