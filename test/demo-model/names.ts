// Names as people give them to files, folders and code: common words, words made of pieces of words, syllables and
// letters nobody has seen. That is what teaches the model to copy instead of to remember.
import type { Random } from "./random.ts"

const common =
  `account address alert amount article author balance banner basket batch bill block board book border box branch bridge
budget buffer button cache camera canvas card cart cell chain channel chart city client clock cloud color column comment
config contact content copy counter country coupon course cursor date degree device dialog digit discount dish document
draft driver edge editor email engine entry error event factor field figure file filter flag flight folder font form
frame game garden gate graph grid group guest handler hash header height history home host icon image index input
invoice issue item job key label layer level light limit line link list locale lock log map margin market mask match
member memory menu message meter metric mode model month name node note number offer offset option order owner page
palette panel parser part patch path payment people period person phone photo pixel plan player point policy pool port
position post price printer product profile project query queue range rank rate reader record region report request
result review role room root route row rule sample scale schedule score screen section sensor server session shape shelf
shop signal size slot socket sound source speed stage state station step stock store stream string style switch symbol
table tag target task team temperature template term text theme thread ticket tile time timer title token total track
transfer tree trip unit user value vector version video view village vote wallet weather week weight widget width window
word worker zone`.split(/\s+/)

/** Words of no trade: their letters stand together as in other words people may choose. */
const everyday =
  `almond alpine amber ankle antler apple april arctic armor artist aspen atlas autumn avenue bakery balcony ballet
balloon banjo barber barley barn basil basin basket beach bean bear beaver bench berry bicycle bird bishop blade blend
bloom blue boat bonnet boot bowl bracelet branch brass bread breeze brick bridge bronze brook broom brother brush bubble
buckle bull butter cabbage cabin cable camel camp canal cannon canoe captain caravan carbon cardinal carrot cello
champion chapel cheese cherry chest chicken chisel choir circus citrus clay cliff cloak clown coach coast cobalt coconut
coffee collar comet copyright corn corner corridor cotton cow crab crane crayon cream creek crest crocus crow crown
crystal cube cucumber cup cushion cycle dancer dawn deer desert diamond dinner dock doctor domino door dove dream drum
duck dune dust eclipse eel elder elephant elm emerald evening fabric fair feast fence fern ferry festival field fig
finch finger fire fish flame flannel flask flint flock flood flour flower flute foam forest forge fork fort fox freckle
frog frost fruit furnace galaxy gallery garage gazelle gem giraffe glass glove goat gold goose gorilla grain granite
grape grass grove guitar gull gutter hail hall harp harvest hat hawk hay heart hedge hen heron hill honey hood hook horn
horse hospital hotel hour husky ice infant ink insect iron jaguar jam january jar jasmine jelly jewel jungle kayak
kernel keyboard kingdom kiosk kite knee knight knot lagoon lake lamb lamp lark lava lawn leaf leather lemon leopard
lettuce library lightning lily lime linen lion llama log lotus lumber lynx magpie mammoth mantle marsh mast maze
meteor mill mint mirror mist moon moose morning moss moth motor mountain mouse mud mulberry mule mushroom mustard
nectar neighbor nest night noodle north nurse oak oat ocean octopus olive onion opal orange orbit orchid organ ostrich
oven owl ox palace palm panda panther parade parcel parsley pasta peach peacock peanut pear pearl pencil penguin
peppermint petal piano picnic pier pilot pine pirate pistachio pitcher planet plaza plough plum pond pony poplar
poppy porch potato pottery prairie prince prism puddle puffin pyramid quarry quartz queen quill quilt raccoon rain
rainbow raisin ranch raspberry reef reindeer rhubarb rice ridge ring river rocket rope rose ruby rudder rust sailor
salad salt sand sapphire scarf scarlet school scooter seal season shadow shark sheep shell shepherd shield ship shore
shovel shrimp silk silver singer sister sketch skirt sky sleeve slope smoke snail snake snow soap sofa soil south
spade spark spider spiral sponge spoon spring square stable star starling statue steam stone stork storm straw stream
strawberry street sugar summer sun swallow swan sweater swing sword syrup table tailor tango teacher temple tent thorn
thread throne thunder tiger timber toast tomato torch tower town toy train tree triangle trout truffle trunk tundra
tunnel turkey twig uncle unicorn valley vanilla vase vine vinegar volcano voyage vulture wagon wave wax weasel well
whale wheat wheel wind winter witch wolf wood wool wren yarn yellow zebra`.split(/\s+/)

export const verbs =
  `add apply build calculate check clean close collect compare compute convert copy count create decode delete draw
encode fetch fill filter find format get group handle hide init insert is join load log make map measure merge move
normalize open parse pick print push read receive reduce remove render repeat replace reset resolve rotate round save
scan search select send set show skip sort split start stop store sum swap test toggle trim update validate walk wrap
write`.split(/\s+/)

const extensions = [
  "ts",
  "ts",
  "ts",
  "js",
  "py",
  "py",
  "tsx",
  "json",
  "md",
  "css",
  "go",
  "rs",
  "java",
  "yaml",
  "mjs",
  "html",
  "sh",
]
const folders =
  `src lib app core test tests docs server client api utils tools scripts config public data models pages services
components hooks packages examples internal cmd styles`.split(/\s+/)
/** The words names are made of: what the tokenizer must read alike wherever they stand. */
export const nameWords: readonly string[] = [
  ...new Set([...common, ...everyday, ...verbs, ...folders, ...extensions]),
]

const bareNames = ["Makefile", "LICENSE", "Dockerfile", "README", "CHANGELOG"]
const onsets =
  "b c d f g h j k l m n p r s t v w z bl br ch cl cr dr fl fr gl gr kl pl pr qu sh sk sl sn sp st str sw th tr tw wh".split(
    " ",
  )
const vowels = "a e i o u a e i o u ai au ea ee ie oa oo ou y".split(" ")
const codas = [
  "",
  "",
  "",
  "b",
  "ck",
  "d",
  "f",
  "g",
  "k",
  "l",
  "ll",
  "m",
  "n",
  "nd",
  "ng",
  "nk",
  "p",
  "r",
  "rd",
  "s",
  "sh",
  "st",
  "t",
  "x",
  "zz",
]

export type Names = ReturnType<typeof namesFrom>

/**
 * `unseen`: the share of words that are made of random pieces, syllables or letters; the others are from `list`, half
 * from each of ours without one.
 */
export function namesFrom(random: Random, unseen = 0.55, list?: readonly string[]) {
  const letters = () =>
    Array.from({ length: random.whole(2, 7) }, () => String.fromCharCode(random.whole(97, 122))).join("")
  const syllables = () =>
    Array.from(
      {
        length: random.weighted([
          [4, 1],
          [5, 2],
          [1, 3],
        ]),
      },
      () => random.pick(onsets) + random.pick(vowels) + random.pick(codas),
    ).join("")
  /** A piece of two to five letters, from anywhere in a word. */
  const piece = (): string => {
    const whole = random.pick(list ?? nameWords)
    const length = Math.min(whole.length, random.whole(2, 5))
    const at = random.whole(0, whole.length - length)
    return whole.slice(at, at + length)
  }
  const pieces = () => Array.from({ length: random.chance(0.75) ? 2 : 3 }, piece).join("")
  const made = () =>
    random.weighted(
      // Names to evaluate with come of syllables: a model that copies these copies everything.
      list === undefined
        ? [
            [12, letters],
            [44, syllables],
            [44, pieces],
          ]
        : [
            [12, letters],
            [88, syllables],
          ],
    )()
  const word = (): string =>
    random.chance(unseen) ? made() : random.pick(list ?? (random.chance(0.6) ? common : everyday))
  /** Words of a name; no word comes twice in it. */
  const words = (count: number): string[] => {
    const found = new Set<string>()
    while (found.size < count) found.add(word())
    return [...found]
  }
  const camel = (list: readonly string[]) =>
    list.map((each, index) => (index === 0 ? each : capital(each))).join("")
  const pascal = (list: readonly string[]) => list.map(capital).join("")
  const few = () =>
    words(
      random.weighted([
        [3, 1],
        [5, 2],
        [2, 3],
      ]),
    )

  const fileName = (extension = random.pick(extensions)): string => {
    const base = random.weighted([
      [35, camel],
      [30, (list: string[]) => list.join("-")],
      [20, (list: string[]) => list.join("_")],
      [15, pascal],
    ])(few())
    const number = random.chance(0.08) ? String(random.whole(1, 999)) : ""
    const middle = random.chance(0.07) ? `.${random.pick(["test", "spec", "config", "d", "module"])}` : ""
    return `${base}${number}${middle}.${extension}`
  }
  const folder = (): string =>
    Array.from(
      {
        length: random.weighted([
          [6, 1],
          [3, 2],
          [1, 3],
        ]),
      },
      () =>
        random.chance(0.55)
          ? random.pick(folders)
          : random.weighted([
              [2, word()],
              [1, words(2).join("-")],
            ]),
    ).join("/")
  return {
    word,
    words,
    folder,
    fileName,
    path: (extension?: string) => {
      const name =
        extension === undefined && random.chance(0.03) ? random.pick(bareNames) : fileName(extension)
      return random.chance(0.2) ? name : `${folder()}/${name}`
    },
    variable: () =>
      camel(
        words(
          random.weighted([
            [6, 1],
            [3, 2],
          ]),
        ),
      ),
    functionName: () =>
      camel([
        random.pick(verbs),
        ...words(
          random.weighted([
            [5, 1],
            [3, 2],
          ]),
        ),
      ]),
    typeName: () =>
      pascal(
        words(
          random.weighted([
            [4, 1],
            [5, 2],
          ]),
        ),
      ),
    snake: (count = random.whole(1, 2)) => words(count).join("_"),
    snakeFunction: () => [random.pick(verbs), ...words(random.whole(1, 2))].join("_"),
    /** Several different variables. */
    variables: (count: number) => words(count),
  }
}

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
