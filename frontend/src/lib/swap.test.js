import { beforeEach, expect, test, vi } from 'vitest'
import { formUrl, swap } from './swap.js'

const page = (body, title = 'Next') => async () =>
  ({ ok: true, text: async () => `<title>${title}</title><body>${body}</body>` })

beforeEach(() => {
  history.replaceState(null, '', '/start')
  document.title = 'Start'
  document.body.innerHTML = '<header>kept</header><main id="part">old <a id="blue" href="/blue">blue</a></main>'
})

test('only the named part is replaced, with title and address', async () => {
  const done = await swap('#part', '/blue', { fetchPage: page('<header>other</header><main id="part">new</main>') })

  expect(done).toBe(true)
  expect(document.body.innerHTML).toBe('<header>kept</header><main id="part">new</main>')
  expect(document.title).toBe('Next')
  expect(location.pathname).toBe('/blue')
})

test('the keyboard focus stays on the element with the same id', async () => {
  document.getElementById('blue').focus()

  await swap('#part', '/blue', { fetchPage: page('<main id="part"><a id="blue" href="/blue">chosen</a></main>') })

  expect(document.activeElement.textContent).toBe('chosen')
})

test('going back does not add to the history', async () => {
  const push = vi.spyOn(history, 'pushState')

  await swap('#part', '/blue', { push: false, fetchPage: page('<main id="part">new</main>') })

  expect(push).not.toHaveBeenCalled()
})

test('islands are told which element came in', async () => {
  const told = vi.fn()
  document.addEventListener('page:swapped', told, { once: true })

  await swap('#part', '/blue', { fetchPage: page('<main id="part">new</main>') })

  expect(told.mock.calls[0][0].detail.element).toBe(document.getElementById('part'))
})

test('the last click wins', async () => {
  const answers = {}
  const fetchPage = (url, { signal }) =>
    new Promise((resolve, reject) => {
      answers[url] = () => page(`<main id="part">${url}</main>`)().then(resolve)
      signal.addEventListener('abort', reject)
    })

  const first = swap('#part', '/first', { fetchPage })
  const second = swap('#part', '/second', { fetchPage })
  answers['/first']()
  answers['/second']()

  expect(await Promise.all([first, second])).toEqual([false, true])
  expect(document.getElementById('part').textContent).toBe('/second')
  expect(document.getElementById('part').hasAttribute('aria-busy')).toBe(false)
})

test('only the results are dimmed while others load, so that filters can go on being used', async () => {
  document.body.innerHTML = '<main id="part"><div data-results>old</div></main>'
  const results = document.querySelector('[data-results]')

  const done = swap('#part', '/blue', { fetchPage: page('<main id="part"><div data-results>new</div></main>') })
  expect([results.getAttribute('aria-busy'), document.getElementById('part').getAttribute('aria-busy')]).toEqual(['true', null])
  await done

  expect(results.getAttribute('aria-busy')).toBe(null)
})

test('where the element in use is gone, the focus goes where the page says', async () => {
  document.getElementById('blue').focus()

  await swap('#part', '/blue', { fetchPage: page('<main id="part"><p tabindex="-1" data-focus-after>2 devices</p></main>') })

  expect(document.activeElement.textContent).toBe('2 devices')
})

test('elements marked to come along follow the new address', async () => {
  document.querySelector('header').innerHTML = '<a id="to-fr" data-swap-along href="/fr">fr</a>'

  await swap('#part', '/blue', {
    fetchPage: page('<a id="to-fr" data-swap-along href="/fr?blue">fr</a><main id="part">new</main>')
  })

  expect(document.getElementById('to-fr').getAttribute('href')).toBe('/fr?blue')
})

test('empty fields are left out of the address of a form', () => {
  document.body.innerHTML = '<form action="/search"><input name="q" value="iphone 12"><input name="max" value=""></form>'

  expect(formUrl(document.querySelector('form'), 'https://shop.test/en/')).toBe('https://shop.test/search?q=iphone+12')
})

test('a form without an action stays on its page and drops the old query', () => {
  document.body.innerHTML = '<form><input name="grade" value="good"></form>'

  expect(formUrl(document.querySelector('form'), 'https://shop.test/phones?page=3')).toBe('https://shop.test/phones?grade=good')
})
