/**
 * What a kitchen's foods are made of: one line per food, `name: kinds`. Kinds are what diets, allergies and swaps ask for
 * ("dairy", "gluten", "chicken"). `!word` says that the name's last word misleads: coconut milk is no milk. A food is
 * always also what its last word says, so "brown rice" is rice without being told. Data only.
 */
const lines = `
chicken thigh: chicken poultry meat
chicken breast: chicken poultry meat
chicken sausage: chicken poultry meat
chicken: poultry meat
ground turkey: turkey poultry meat
turkey: poultry meat
duck: poultry meat
ground beef: beef meat
flank steak: steak beef meat
steak: beef meat
beef: meat
veal: meat
lamb: meat
goat: meat
pork chop: pork meat
pork: meat
bacon: pork meat
ham: pork meat
prosciutto: pork meat
chorizo: pork meat
sausage: pork meat
gelatin: pork meat
chicken stock: chicken poultry meat stock
chicken broth: chicken poultry meat stock
beef stock: beef meat stock
beef broth: beef meat stock
vegetable stock: stock
vegetable broth: stock
salmon fillet: salmon fish
salmon: fish
mackerel: fish
herring: fish
haddock: fish
snapper: fish
swordfish: fish
caviar: fish
surimi: fish shellfish crustacean
cod fillet: cod fish
cod: fish
halibut: fish
trout: fish
tilapia: fish
tuna: fish
anchovy: fish
sardine: fish
sea bass: fish
fish sauce: fish
worcestershire sauce: fish
shrimp: shellfish crustacean
prawn: shellfish crustacean shrimp
crab: shellfish crustacean
lobster: shellfish crustacean
crayfish: shellfish crustacean
crawfish: shellfish crustacean
scallop: shellfish mollusc
clam: shellfish mollusc
mussel: shellfish mollusc
oyster: shellfish mollusc
oyster sauce: shellfish mollusc oyster
octopus: shellfish mollusc
squid: shellfish mollusc
egg: egg
mayonnaise: egg
mayo: egg mayonnaise
aioli: egg mayonnaise
meringue: egg
butter: dairy milk
ghee: dairy milk butter
milk: dairy
cream: dairy milk
heavy cream: dairy milk
sour cream: dairy milk
yogurt: dairy milk
buttermilk: dairy milk
creme fraiche: dairy milk
whey: dairy milk
casein: dairy milk
custard: dairy milk egg
ice cream: dairy milk
nutella: hazelnut nut dairy milk
marzipan: almond nut
brioche: bread wheat gluten grain starch egg dairy milk
feta: cheese dairy milk
cheddar: cheese dairy milk
mozzarella: cheese dairy milk
parmesan: cheese dairy milk
ricotta: cheese dairy milk
halloumi: cheese dairy milk
goat cheese: cheese dairy milk !goat
cream cheese: cheese dairy milk
cheese: dairy milk
coconut milk: coconut !milk
coconut: coconut
almond milk: almond nut !milk
oat milk: oat !milk
soy milk: soy !milk
honey: animal
wheat: gluten grain
flour: wheat gluten grain starch
bread: wheat gluten grain starch
sourdough: bread wheat gluten grain starch
breadcrumb: bread wheat gluten grain starch
panko: bread wheat gluten grain starch
flour tortilla: tortilla wheat gluten grain starch !flour
pita: bread wheat gluten grain starch
naan: bread wheat gluten grain starch dairy milk
bun: bread wheat gluten grain starch
pasta: wheat gluten grain starch
spaghetti: pasta wheat gluten grain starch
linguine: pasta wheat gluten grain starch
penne: pasta wheat gluten grain starch
orzo: pasta wheat gluten grain starch
gnocchi: pasta wheat gluten grain starch potato
noodle: wheat gluten grain starch
udon: noodle wheat gluten grain starch
ramen: noodle wheat gluten grain starch
couscous: wheat gluten grain starch
bulgur: wheat gluten grain starch
seitan: wheat gluten
semolina: wheat gluten grain starch
spelt: wheat gluten grain starch
farro: wheat gluten grain starch
barley: gluten grain starch
rye: gluten grain starch
oat: grain starch
quinoa: grain starch
millet: grain starch
polenta: corn grain starch
cornmeal: corn grain starch
corn tortilla: tortilla corn grain starch
corn: grain starch
rice: grain starch
brown rice: rice grain starch
arborio rice: rice grain starch
rice noodle: noodle rice grain starch
rice vinegar: vinegar
cornstarch: corn starch
potato: starch
sweet potato: starch !potato
tofu: soy
tempeh: soy
edamame: soy
miso: soy
soy sauce: soy wheat gluten
teriyaki sauce: soy wheat gluten
tamari: soy
hoisin sauce: soy wheat gluten
almond: nut
walnut: nut
cashew: nut
pecan: nut
pistachio: nut
hazelnut: nut
macadamia: nut
brazil nut: nut
praline: nut
satay: peanut legume
satay sauce: peanut legume soy
pine nut: nut
pesto: nut dairy milk cheese
peanut: legume
peanut butter: peanut legume !butter
almond butter: almond nut !butter
sesame: seed
sesame seed: sesame seed
sesame oil: sesame oil
tahini: sesame
hummus: sesame chickpea legume
mustard: mustard
celery: celery
chickpea: legume bean
black bean: legume bean
white bean: legume bean
kidney bean: legume bean
lentil: legume
green bean: !bean
pea: legume
snap pea: pea
spinach: green
baby spinach: spinach green
swiss chard: chard green
kale: green
lacinato kale: kale green
chard: green
arugula: green
lettuce: green
collard green: green
cabbage: cabbage
broccoli: broccoli
cauliflower: cauliflower
carrot: carrot
rainbow carrot: carrot
zucchini: squash
butternut squash: squash
bell pepper: pepper
black pepper: !pepper
jalapeno: pepper chili
chili flake: chili
cherry tomato: tomato
crushed tomato: tomato
tomato paste: tomato
tomato: tomato
red onion: onion
yellow onion: onion
scallion: onion
shallot: onion
garlic: garlic
garlic clove: garlic
mushroom: mushroom
cremini mushroom: mushroom
eggplant: eggplant
asparagus: asparagus
cucumber: cucumber
radish: radish
watermelon radish: radish
beet: beet
avocado: avocado
apple: fruit
honeycrisp apple: apple fruit
strawberry: berry fruit
raspberry: berry fruit
blueberry: berry fruit
banana: fruit
kiwi: fruit
mango: fruit
pineapple: fruit
peach: fruit
cherry: fruit
melon: fruit
pear: fruit
grape: fruit
papaya: fruit
grapefruit: citrus fruit
lemon: citrus
lemon juice: lemon citrus
lime: citrus
lime juice: lime citrus
orange: citrus
ginger: ginger
parsley: herb
cilantro: herb
basil: herb
dill: herb
thyme: herb
oregano: herb
mint: herb
olive oil: oil olive
olive: olive
neutral oil: oil
cider vinegar: vinegar
red wine vinegar: vinegar
white wine: wine alcohol
red wine: wine alcohol
beer: alcohol gluten
cumin: spice
paprika: spice
smoked paprika: paprika spice
curry powder: spice
chili powder: spice
maple syrup: sugar
`

export interface Food {
  readonly name: string
  readonly kinds: ReadonlyArray<string>
  readonly not: ReadonlyArray<string>
}

export const FOODS: ReadonlyArray<Food> = lines
  .trim()
  .split("\n")
  .map((line) => {
    const [name = "", kinds = ""] = line.split(": ")
    const words = kinds.split(" ").filter((kind) => kind !== "")
    return {
      name,
      kinds: words.filter((kind) => !kind.startsWith("!")),
      not: words.filter((kind) => kind.startsWith("!")).map((kind) => kind.slice(1))
    }
  })
