import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { copyField, startCopying } from './copy.js'

const said = []
const listen = (event) => said.push(event.detail.text)

beforeEach(() => {
  document.body.innerHTML = '<input id="link" value="https://shop.example/x"><button data-copy="link" data-copied="Copied." hidden></button><p></p>'
  document.addEventListener('toast', listen)
})

afterEach(() => {
  document.removeEventListener('toast', listen)
  vi.unstubAllGlobals()
  said.length = 0
})

test('what the field holds is copied, and said', async () => {
  const clipboard = { writeText: vi.fn() }

  await copyField({ target: document.querySelector('button') }, clipboard)

  expect(clipboard.writeText).toHaveBeenCalledWith('https://shop.example/x')
  expect(said).toEqual(['Copied.'])
})

test('a browser that refuses says nothing', async () => {
  await copyField({ target: document.querySelector('button') }, { writeText: () => Promise.reject(new Error('no')) })

  expect(said).toEqual([])
})

test('other clicks are left alone', async () => {
  const clipboard = { writeText: vi.fn() }

  await copyField({ target: document.querySelector('p') }, clipboard)

  expect(clipboard.writeText).not.toHaveBeenCalled()
})

test('the button is there only where copying is possible', () => {
  startCopying()
  expect(document.querySelector('button').hidden).toBe(true)

  vi.stubGlobal('navigator', { clipboard: {} })
  startCopying()
  expect(document.querySelector('button').hidden).toBe(false)
})
