import { expect, test } from "vitest";
import { baseLayer, layerOver } from "../../src/kernel/layer.ts";

const below = () =>
  baseLayer(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  );

test("reads fall through and writes stay on top", () => {
  const base = below();
  const top = layerOver(base);
  top.set("b", 20);
  top.set("c", 30);
  expect([top.get("a"), top.get("b"), top.get("c"), top.get("d")]).toEqual([1, 20, 30, undefined]);
  expect([base.get("b"), base.get("c")]).toEqual([2, undefined]);
});

test("lists every key once, the upper value hiding the lower one", () => {
  const top = layerOver(below());
  top.set("b", 20);
  top.set("c", 30);
  expect([...top.entries()]).toEqual([
    ["a", 1],
    ["b", 20],
    ["c", 30],
  ]);
  expect([...top.values()]).toEqual([1, 20, 30]);
});

test("merging moves the writes down by one layer, once", () => {
  const base = below();
  const middle = layerOver(base);
  const top = layerOver(middle);
  top.set("a", 10);
  top.merge();
  expect([middle.get("a"), base.get("a")]).toEqual([10, 1]);
  middle.merge();
  base.set("a", 11);
  expect(top.get("a")).toBe(11);
});

test("a layer that is dropped leaves no trace", () => {
  const base = below();
  layerOver(base).set("a", 10);
  expect([...base.entries()]).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
});
