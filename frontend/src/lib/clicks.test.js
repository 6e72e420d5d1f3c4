import { beforeEach, expect, test, vi } from 'vitest'
import { noteOpened, placeOf } from './clicks.js'

beforeEach(() => {
  document.body.innerHTML = `
    <div data-found="token" data-opened="/search/opened/">
      <a id="crumb" href="/">Home</a>
      <article class="pc"><a id="first" href="/p/a/">A</a></article>
      <article class="pc"><a id="second" href="/p/b/">B</a></article>
    </div>
    <article class="pc"><a id="outside" href="/p/c/">C</a></article>`
  navigator.sendBeacon = vi.fn()
})

const click = (id) => noteOpened({ target: document.getElementById(id) })

test('the first opened result of a search is told with its place, and no other', () => {
  for (const id of ['crumb', 'outside', 'second', 'first']) click(id)

  expect(navigator.sendBeacon).toHaveBeenCalledTimes(1)
  const [url, body] = navigator.sendBeacon.mock.calls[0]
  expect(url).toBe('/search/opened/')
  expect(String(body)).toBe('found=token&position=2')
})

test('places go on from page to page', () => {
  const zone = document.querySelector('[data-found]')

  expect(placeOf(document.getElementById('second'), zone, 'https://shop.test/search/?q=a&page=3')).toBe(50)
})
