import { beforeEach, expect, test, vi } from 'vitest'
import { goTo, notePlace, placeOf, startPlaces, stayAt } from './places.js'

beforeEach(() => {
  window.scrollTo = vi.fn()
  window.scrollY = 0
})

test('each state has a place of its own', () => {
  startPlaces()
  stayAt('first')
  window.scrollY = 700
  notePlace()
  stayAt('second')
  window.scrollY = 30.4
  window.dispatchEvent(new Event('scroll'))

  expect([placeOf('first'), placeOf('second'), placeOf('third')]).toEqual([700, 30, undefined])
})

test('places outlive the page', async () => {
  startPlaces()
  stayAt('left')
  window.scrollY = 420
  window.dispatchEvent(new Event('pagehide'))
  vi.resetModules()

  const again = await import('./places.js')
  again.startPlaces()

  expect(again.placeOf('left')).toBe(420)
})

test('what stands in the store and makes no sense is ignored', () => {
  sessionStorage.setItem('places', '{')

  expect(startPlaces).not.toThrow()
})

test('a place is gone to without a ride', () => {
  goTo(420)

  expect(window.scrollTo).toHaveBeenCalledWith({ top: 420, behavior: 'instant' })
})
