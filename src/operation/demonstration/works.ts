import assert from 'node:assert/strict'

/**
 * What the demonstration library has on its shelves: real, well-known works, and invented local series to fill it up.
 *
 * How fiction is classed: DK5 82-88 follows the language a work was first written in, so a translation stands with its
 * original: 82 French, 83 English (American too, since 2018), 84 German, 86 Danish. Comics are classed as fiction.
 * Many libraries show `sk` instead of these numbers; the number is kept here because `sk` is not a DK5 class. Works
 * first written in another language are left out of fiction, as are all works whose class or year was in doubt.
 * Feature films are 77.7 and children's films 77.74, electronic games 79.41, rock and pop 78.794, jazz 78.793, single
 * biographies and memoirs 99.4. Elsewhere the main class is given rather than a decimal that might be wrong.
 *
 * `year` is when the work first came out: a translation's original, a film's or a composition's first showing.
 * `author` is the heading a catalogue files under: surname first, director of a film, performer or composer of
 * music, maker of a game. Newspapers and magazines are filed under their title and have none.
 * `language` is that of what is on the shelf, in ISO 639-2; `zxx` is music without words.
 */
export interface Work {
  author: string
  title: string
  year: number
  dk5: string
  material: Material
  language: Language
  audience: 'adult' | 'child'
}

export type Material =
  | 'book'
  | 'children-book'
  | 'comic'
  | 'audiobook'
  | 'film'
  | 'game'
  | 'music'
  | 'magazine'
  | 'picture-book'

export type Language = 'dan' | 'eng' | 'fre' | 'ger' | 'swe' | 'ita' | 'jpn' | 'zxx'

/** A series nobody publishes: volumes and issues of it are generated, so that shelves can be as long as a test needs. */
export interface LocalSeries {
  title: string
  publisher: string
  firstYear: number
  issuesPerYear: number
  dk5: string
  material: Material
}

type Shelf = Pick<Work, 'material' | 'language' | 'audience'>

/** Reads rows of `dk5|author|title|year`, one work to a line. */
function shelve(shelf: Shelf, table: string): Work[] {
  return rows(table, 4).map(([dk5 = '', author = '', title = '', year]) => ({
    author,
    title,
    year: Number(year),
    dk5,
    ...shelf,
  }))
}

function rows(table: string, columns: number): string[][] {
  const cut = table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
  for (const cells of cut) assert.equal(cells.length, columns, `expected ${columns} columns: ${cells.join('|')}`)
  return cut
}

function words(list: string): string[] {
  return list.trim().split(/\s*,\s*/)
}

const DANISH_FICTION = shelve(
  { material: 'book', language: 'dan', audience: 'adult' },
  `
86|Holberg, Ludvig|Peder Paars|1719
86|Holberg, Ludvig|Erasmus Montanus|1731
86|Ewald, Johannes|Fiskerne|1779
86|Oehlenschläger, Adam|Aladdin|1805
86|Oehlenschläger, Adam|Hakon Jarl|1807
86|Blicher, Steen Steensen|Brudstykker af en Landsbydegns Dagbog|1824
86|Blicher, Steen Steensen|Præsten i Vejlbye|1829
86|Blicher, Steen Steensen|E Bindstouw|1842
86|Ingemann, B.S.|Valdemar Seier|1826
86|Ingemann, B.S.|Erik Menveds Barndom|1828
86|Ingemann, B.S.|Prins Otto af Danmark|1835
86|Gyllembourg, Thomasine|En Hverdags-Historie|1828
86|Heiberg, Johan Ludvig|Elverhøj|1828
86|Andersen, H.C.|Improvisatoren|1835
86|Andersen, H.C.|O.T.|1836
86|Andersen, H.C.|Kun en Spillemand|1837
86|Andersen, H.C.|De to Baronesser|1848
86|Goldschmidt, Meïr Aron|En Jøde|1845
86|Jacobsen, J.P.|Fru Marie Grubbe|1876
86|Jacobsen, J.P.|Niels Lyhne|1880
86|Jacobsen, J.P.|Mogens og andre Noveller|1882
86|Drachmann, Holger|Der var engang|1885
86|Drachmann, Holger|Forskrevet|1890
86|Bang, Herman|Haabløse Slægter|1880
86|Bang, Herman|Ved Vejen|1886
86|Bang, Herman|Stuk|1887
86|Bang, Herman|Tine|1889
86|Bang, Herman|Ludvigsbakke|1896
86|Bang, Herman|Det hvide Hus|1898
86|Bang, Herman|Det graa Hus|1901
86|Bang, Herman|Mikaël|1904
86|Pontoppidan, Henrik|Isbjørnen|1887
86|Pontoppidan, Henrik|Det forjættede Land|1891
86|Pontoppidan, Henrik|Lykke-Per|1898
86|Pontoppidan, Henrik|De dødes Rige|1912
86|Wied, Gustav|Slægten|1898
86|Wied, Gustav|Livsens Ondskab|1899
86|Wied, Gustav|Knagsted|1902
86|Knudsen, Jakob|Den gamle Præst|1899
86|Knudsen, Jakob|Sind|1903
86|Jensen, Johannes V.|Kongens Fald|1900
86|Jensen, Johannes V.|Madame d'Ora|1904
86|Jensen, Johannes V.|Hjulet|1905
86|Jensen, Johannes V.|Digte|1906
86|Jensen, Johannes V.|Bræen|1908
86|Aakjær, Jeppe|Vredens Børn|1904
86|Aakjær, Jeppe|Rugens Sange|1906
86|Nexø, Martin Andersen|Pelle Erobreren|1906
86|Nexø, Martin Andersen|Ditte Menneskebarn|1917
86|Nexø, Martin Andersen|Midt i en Jærntid|1929
86|Michaëlis, Karin|Den farlige Alder|1910
86|Kristensen, Tom|Fribytterdrømme|1920
86|Kristensen, Tom|Livets Arabesk|1921
86|Kristensen, Tom|Hærværk|1930
86|Paludan, Jacob|Fugle omkring Fyret|1925
86|Paludan, Jacob|Jørgen Stein|1932
86|Kirk, Hans|Fiskerne|1928
86|Kirk, Hans|Daglejerne|1936
86|Kirk, Hans|De ny Tider|1939
86|Kirk, Hans|Slaven|1948
86|Munk, Kaj|En Idealist|1928
86|Munk, Kaj|Ordet|1932
86|Munk, Kaj|Niels Ebbesen|1942
86|Sønderby, Knud|Midt i en Jazztid|1931
86|Sønderby, Knud|To Mennesker mødes|1932
86|Petersen, Nis|Sandalmagernes Gade|1931
86|Petersen, Nis|Spildt Mælk|1934
86|Abell, Kjeld|Melodien der blev væk|1935
86|Abell, Kjeld|Anna Sophie Hedvig|1939
86|Branner, H.C.|Legetøj|1936
86|Branner, H.C.|Om lidt er vi borte|1939
86|Branner, H.C.|Rytteren|1949
86|Branner, H.C.|Ingen kender Natten|1955
86|Klitgaard, Mogens|Der sidder en Mand i en Sporvogn|1937
86|Klitgaard, Mogens|Gud mildner Luften for de klippede Faar|1938
86|Klitgaard, Mogens|De røde Fjer|1940
86|Scherfig, Hans|Den døde Mand|1937
86|Scherfig, Hans|Den forsvundne Fuldmægtig|1938
86|Scherfig, Hans|Det forsømte Foraar|1940
86|Scherfig, Hans|Idealister|1945
86|Scherfig, Hans|Skorpionen|1953
86|Scherfig, Hans|Frydenholm|1962
86|Heinesen, William|Noatun|1938
86|Heinesen, William|Den sorte Gryde|1949
86|Heinesen, William|De fortabte Spillemænd|1950
86|Heinesen, William|Moder Syvstjerne|1952
86|Heinesen, William|Det gode Håb|1964
86|Jacobsen, Jørgen-Frantz|Barbara|1939
86|Ditlevsen, Tove|Pigesind|1939
86|Ditlevsen, Tove|Man gjorde et Barn Fortræd|1941
86|Ditlevsen, Tove|Barndommens Gade|1943
86|Ditlevsen, Tove|Blinkende Lygter|1947
86|Ditlevsen, Tove|Paraplyen|1952
86|Ditlevsen, Tove|Kvindesind|1955
86|Ditlevsen, Tove|Ansigterne|1968
86|Ditlevsen, Tove|Vilhelms værelse|1975
86|Blixen, Karen|Vinter-Eventyr|1942
86|Blixen, Karen|Sidste Fortællinger|1957
86|Blixen, Karen|Skæbne-Anekdoter|1958
86|Hansen, Martin A.|Jonatans Rejse|1941
86|Hansen, Martin A.|Lykkelige Kristoffer|1945
86|Hansen, Martin A.|Tornebusken|1946
86|Hansen, Martin A.|Agerhønen|1947
86|Hansen, Martin A.|Løgneren|1950
86|Soya|Min Farmors Hus|1943
86|Soya|Sytten|1953
86|Sarvig, Ole|Grønne Digte|1943
86|Sarvig, Ole|Stenrosen|1955
86|Jæger, Frank|Dydige Digte|1948
86|Bjørnvig, Thorkild|Anubis|1955
86|Sørensen, Villy|Sære historier|1953
86|Sørensen, Villy|Ufarlige historier|1955
86|Sørensen, Villy|Formynderfortællinger|1964
86|Sørensen, Villy|Ragnarok|1982
86|Seeberg, Peter|Bipersonerne|1956
86|Seeberg, Peter|Fugls føde|1957
86|Seeberg, Peter|Hyrder|1970
86|Rifbjerg, Klaus|Under vejr med mig selv|1956
86|Rifbjerg, Klaus|Den kroniske uskyld|1958
86|Rifbjerg, Klaus|Konfrontation|1960
86|Rifbjerg, Klaus|Operaelskeren|1966
86|Rifbjerg, Klaus|Anna (jeg) Anna|1969
86|Skou-Hansen, Tage|De nøgne træer|1957
86|Panduro, Leif|Rend mig i traditionerne|1958
86|Panduro, Leif|De uanstændige|1960
86|Panduro, Leif|Øgledage|1961
86|Panduro, Leif|Fern fra Danmark|1963
86|Panduro, Leif|Vejen til Jylland|1966
86|Andersen, Benny|Den musikalske ål|1960
86|Andersen, Benny|Den indre bowlerhat|1964
86|Andersen, Benny|Puderne|1965
86|Andersen, Benny|Svantes viser|1972
86|Bødker, Cecil|Øjet|1961
86|Christensen, Inger|Lys|1962
86|Christensen, Inger|Græs|1963
86|Christensen, Inger|Azorno|1967
86|Christensen, Inger|Det|1969
86|Christensen, Inger|Det malede værelse|1976
86|Christensen, Inger|Alfabet|1981
86|Christensen, Inger|Sommerfugledalen|1991
86|Madsen, Svend Åge|Besøget|1963
86|Madsen, Svend Åge|Sæt verden er til|1971
86|Madsen, Svend Åge|Dage med Diam|1972
86|Madsen, Svend Åge|Tugt og utugt i mellemtiden|1976
86|Bodelsen, Anders|Villa Sunset|1964
86|Bodelsen, Anders|Tænk på et tal|1968
86|Bodelsen, Anders|Hændeligt uheld|1968
86|Bodelsen, Anders|Frysepunktet|1969
86|Højholt, Per|Turbo|1968
86|Nordbrandt, Henrik|Digte|1966
86|Nordbrandt, Henrik|Violinbyggernes by|1985
86|Nordbrandt, Henrik|Drømmebroer|1998
86|Thorup, Kirsten|Baby|1973
86|Thorup, Kirsten|Lille Jonna|1977
86|Thorup, Kirsten|Den lange sommer|1979
86|Thorup, Kirsten|Himmel og helvede|1982
86|Thorup, Kirsten|Bonsai|2000
86|Thorup, Kirsten|Erindring om kærligheden|2016
86|Thorup, Kirsten|Indtil vanvid, indtil døden|2020
86|Kampmann, Christian|Visse hensyn|1973
86|Kampmann, Christian|Faste forhold|1974
86|Kampmann, Christian|Rene linjer|1975
86|Stangerup, Henrik|Manden der ville være skyldig|1973
86|Stangerup, Henrik|Vejen til Lagoa Santa|1981
86|Stangerup, Henrik|Det er svært at dø i Dieppe|1985
86|Stangerup, Henrik|Broder Jacob|1991
86|Turèll, Dan|Vangede billeder|1975
86|Turèll, Dan|Storby-blues|1977
86|Turèll, Dan|Mord i mørket|1981
86|Mørch, Dea Trier|Vinterbørn|1976
86|Mørch, Dea Trier|Kastaniealleen|1978
86|Mørch, Dea Trier|Den indre by|1980
86|Reich, Ebbe Kløvedal|Fæ og frænde|1977
86|Andersen, Vita|Tryghedsnarkomaner|1977
86|Andersen, Vita|Hold kæft og vær smuk|1978
86|Andersen, Vita|Hva'for en hånd vil du ha'|1987
86|Nielsen, Hans-Jørgen|Fodboldenglen|1979
86|Strunge, Michael|Livets hastighed|1978
86|Strunge, Michael|Skrigerne!|1980
86|Strunge, Michael|Væbnet med vinger|1984
86|Thomsen, Søren Ulrik|City Slang|1981
86|Thomsen, Søren Ulrik|Hjemfalden|1991
86|Thomsen, Søren Ulrik|Rystet spejl|2011
86|Tafdrup, Pia|Når der går hul på en engel|1981
86|Tafdrup, Pia|Dronningeporten|1998
86|Michael, Ib|Kejserfortællingen|1981
86|Michael, Ib|Vanillepigen|1991
86|Michael, Ib|Den tolvte rytter|1993
86|Michael, Ib|Prins|1997
86|Svendsen, Hanne Marie|Guldkuglen|1985
86|Winge, Mette|Skriverjomfruen|1988
86|Høeg, Peter|Forestilling om det tyvende århundrede|1988
86|Høeg, Peter|Fortællinger om natten|1990
86|Høeg, Peter|Frøken Smillas fornemmelse for sne|1992
86|Høeg, Peter|De måske egnede|1993
86|Høeg, Peter|Kvinden og aben|1996
86|Høeg, Peter|Den stille pige|2006
86|Høeg, Peter|Elefantpassernes børn|2010
86|Høeg, Peter|Effekten af Susan|2014
86|Davidsen, Leif|Den russiske sangerinde|1988
86|Davidsen, Leif|Den troskyldige russer|1993
86|Davidsen, Leif|Den serbiske dansker|1996
86|Davidsen, Leif|Lime's billede|1998
86|Hesselholdt, Christina|Køkkenet, gravkammeret & landskabet|1991
86|Hesselholdt, Christina|Vivian|2016
86|Balle, Solvej|Ifølge loven|1993
86|Balle, Solvej|Om udregning af rumfang I|2020
86|Helle, Helle|Rester|1996
86|Helle, Helle|Hus og hjem|1999
86|Helle, Helle|Rødby-Puttgarden|2005
86|Helle, Helle|Ned til hundene|2008
86|Helle, Helle|Dette burde skrives i nutid|2011
86|Helle, Helle|Hvis det er|2014
86|Helle, Helle|de|2018
86|Helle, Helle|BOB|2021
86|Adolphsen, Peter|Små historier|1996
86|Adolphsen, Peter|Machine|2006
86|Grøndahl, Jens Christian|Tavshed i oktober|1996
86|Grøndahl, Jens Christian|Lucca|1998
86|Grøndahl, Jens Christian|Virginia|2000
86|Grøndahl, Jens Christian|Piazza Bucarest|2004
86|Adler-Olsen, Jussi|Alfabethuset|1997
86|Adler-Olsen, Jussi|Kvinden i buret|2007
86|Adler-Olsen, Jussi|Fasandræberne|2008
86|Adler-Olsen, Jussi|Flaskepost fra P|2009
86|Adler-Olsen, Jussi|Journal 64|2010
86|Adler-Olsen, Jussi|Marco effekten|2012
86|Adler-Olsen, Jussi|Den grænseløse|2014
86|Adler-Olsen, Jussi|Selfies|2016
86|Adler-Olsen, Jussi|Offer 2117|2019
86|Jungersen, Christian|Krat|1999
86|Jungersen, Christian|Undtagelsen|2004
86|Jungersen, Christian|Du forsvinder|2012
86|Teller, Janne|Odins ø|1999
86|Holst, Hanne-Vibeke|Kronprinsessen|2002
86|Holst, Hanne-Vibeke|Kongemordet|2005
86|Holst, Hanne-Vibeke|Dronningeofret|2008
86|Ejersbo, Jakob|Nordkraft|2002
86|Ejersbo, Jakob|Eksil|2009
86|Ejersbo, Jakob|Revolution|2009
86|Ejersbo, Jakob|Liberty|2009
86|Jepsen, Erling|Kunsten at græde i kor|2002
86|Jepsen, Erling|Frygtelig lykkelig|2004
86|Egholm, Elsebeth|Skjulte fejl og mangler|2002
86|Egholm, Elsebeth|Selvrisiko|2004
86|Egholm, Elsebeth|Nærmeste pårørende|2006
86|Blendstrup, Jens|Gud taler ud|2004
86|Blædel, Sara|Grønt støv|2004
86|Blædel, Sara|Kald mig prinsesse|2005
86|Blædel, Sara|De glemte piger|2011
86|Ramsland, Morten|Hundehoved|2005
86|Ramsland, Morten|Sumobrødre|2010
86|Aidt, Naja Marie|Bavian|2006
86|Aidt, Naja Marie|Sten saks papir|2012
86|Jensen, Carsten|Vi, de druknede|2006
86|Jensen, Carsten|Den første sten|2015
86|Romer, Knud|Den som blinker er bange for døden|2006
86|Sørensen, Jens Smærup|Mærkedage|2007
86|Leine, Kim|Kalak|2007
86|Leine, Kim|Profeterne i Evighedsfjorden|2012
86|Leine, Kim|Afgrunden|2015
86|Gazan, Sissel-Jo|Dinosaurens fjer|2008
86|Gazan, Sissel-Jo|Svalens graf|2013
86|Kaaberbøl, Lene|Drengen i kufferten|2008
86|Juul, Pia|Mordet på Halland|2009
86|Marstrand-Jørgensen, Anne Lise|Hildegard|2009
86|Kazinski, A.J.|Den sidste gode mand|2010
86|Nielsen, Kaspar Colling|Mount København|2010
86|Nielsen, Kaspar Colling|Den danske borgerkrig 2018-24|2013
86|Hammer, Lotte|Svinehunde|2010
86|Klougart, Josefine|Stigninger og fald|2010
86|Klougart, Josefine|En af os sover|2012
86|Stein, Jesper|Uro|2012
86|Stein, Jesper|Akrash|2014
86|Pilgaard, Stine|Min mor siger|2012
86|Pilgaard, Stine|Lejlighedssange|2015
86|Pilgaard, Stine|Meter i sekundet|2020
86|Ravn, Olga|Jeg æder mig selv som lyng|2012
86|Ravn, Olga|De ansatte|2018
86|Ravn, Olga|Mit arbejde|2020
86|Ravn, Olga|Voksbarnet|2023
86|Hassan, Yahya|Digte|2013
86|Hassan, Yahya|Yahya Hassan 2|2019
86|Nordenhof, Asta Olivia|det nemme og det ensomme|2013
86|Nordenhof, Asta Olivia|Penge på lommen|2020
86|Riebnitzsky, Anne-Cathrine|Forbandede yngel|2013
86|Uthaug, Maren|Og sådan blev det|2013
86|Uthaug, Maren|Hvor der er fugle|2017
86|Uthaug, Maren|En lykkelig slutning|2019
86|Jessen, Ida|En ny tid|2015
86|Jessen, Ida|Kaptajnen og Ann Barbara|2020
86|Riel, Ane|Harpiks|2015
86|Riel, Ane|Bæst|2019
86|Engberg, Katrine|Krokodillevogteren|2016
86|Engberg, Katrine|Blodmåne|2017
86|Helle, Merete Pryds|Folkets skønhed|2016
86|Høeg, Tine|Nye rejsende|2017
86|Høeg, Tine|Tour de chambre|2020
86|Korsgaard, Thomas|Hvis der skulle komme et menneske forbi|2017
86|Korsgaard, Thomas|En dag vil vi grine af det|2018
86|Korsgaard, Thomas|Man skulle nok have været der|2021
86|Wung-Sung, Jesper|En anden gren|2017
86|Minor, Caroline Albertine|Velsignelser|2017
86|Sveistrup, Søren|Kastanjemanden|2018
86|Skov, Leonora Christina|Den, der lever stille|2018
86|Eika, Jonas|Efter solen|2018
86|Gråbøl, Fine|Ungeenheden|2021
`,
)

const TRANSLATED_FICTION = shelve(
  { material: 'book', language: 'dan', audience: 'adult' },
  `
82|Voltaire|Candide|1759
82|Stendhal|Rødt og sort|1830
82|Hugo, Victor|Klokkeren fra Notre Dame|1831
82|Hugo, Victor|De elendige|1862
82|Balzac, Honoré de|Far Goriot|1835
82|Dumas, Alexandre|De tre musketerer|1844
82|Flaubert, Gustave|Madame Bovary|1857
82|Zola, Émile|Nana|1880
82|Zola, Émile|Germinal|1885
82|Proust, Marcel|På sporet af den tabte tid|1913
82|Sartre, Jean-Paul|Kvalme|1938
82|Camus, Albert|Den fremmede|1942
82|Camus, Albert|Pesten|1947
82|Camus, Albert|Faldet|1956
82|Sagan, Françoise|Bonjour tristesse|1954
82|Duras, Marguerite|Elskeren|1984
82|Houellebecq, Michel|Elementarpartikler|1998
82|Houellebecq, Michel|Underkastelse|2015
82|Némirovsky, Irène|Suite française|2004
83|Shakespeare, William|Romeo og Julie|1597
83|Shakespeare, William|Hamlet|1603
83|Shakespeare, William|Macbeth|1623
83|Austen, Jane|Fornuft og følelse|1811
83|Austen, Jane|Stolthed og fordom|1813
83|Shelley, Mary|Frankenstein|1818
83|Brontë, Charlotte|Jane Eyre|1847
83|Brontë, Emily|Stormfulde højder|1847
83|Dickens, Charles|Et juleeventyr|1843
83|Dickens, Charles|David Copperfield|1850
83|Dickens, Charles|Store forventninger|1861
83|Melville, Herman|Moby Dick|1851
83|Doyle, Arthur Conan|Baskervilles hund|1902
83|Wilde, Oscar|Billedet af Dorian Gray|1890
83|Wells, H.G.|Tidsmaskinen|1895
83|Wells, H.G.|Klodernes kamp|1898
83|Stoker, Bram|Dracula|1897
83|Conrad, Joseph|Mørkets hjerte|1899
83|Joyce, James|Ulysses|1922
83|Woolf, Virginia|Mrs. Dalloway|1925
83|Woolf, Virginia|Til fyret|1927
83|Woolf, Virginia|Orlando|1928
83|Fitzgerald, F. Scott|Den store Gatsby|1925
83|Lawrence, D.H.|Lady Chatterleys elsker|1928
83|Hemingway, Ernest|Farvel til våbnene|1929
83|Hemingway, Ernest|Hvem ringer klokkerne for|1940
83|Hemingway, Ernest|Den gamle mand og havet|1952
83|Huxley, Aldous|Fagre nye verden|1932
83|Christie, Agatha|Mordet i Orientekspressen|1934
83|Christie, Agatha|Døden på Nilen|1937
83|Mitchell, Margaret|Borte med blæsten|1936
83|Steinbeck, John|Mus og mænd|1937
83|Steinbeck, John|Vredens druer|1939
83|Steinbeck, John|Øst for Paradis|1952
83|Du Maurier, Daphne|Rebecca|1938
83|Orwell, George|Kammerat Napoleon|1945
83|Orwell, George|1984|1949
83|Salinger, J.D.|Forbandede ungdom|1951
83|Bradbury, Ray|Fahrenheit 451|1953
83|Golding, William|Fluernes herre|1954
83|Lee, Harper|Dræb ikke en sangfugl|1960
83|Heller, Joseph|Punkt 22|1961
83|Le Carré, John|Spionen der kom ind fra kulden|1963
83|Herbert, Frank|Klit|1965
83|Vonnegut, Kurt|Slagtehal 5|1969
83|King, Stephen|Carrie|1974
83|King, Stephen|Ondskabens hotel|1977
83|Adams, Douglas|Håndbog for vakse galakseblaffere|1979
83|Rushdie, Salman|Midnatsbørn|1981
83|Atwood, Margaret|Tjenerindens fortælling|1985
83|Morrison, Toni|Elskede|1987
83|Auster, Paul|New York-trilogien|1987
83|Ishiguro, Kazuo|Resten af dagen|1989
83|Follett, Ken|Jordens søjler|1989
83|Tartt, Donna|Den hemmelige historie|1992
83|Tartt, Donna|Stillidsen|2013
83|Martin, George R.R.|Kampen om tronen|1996
83|Coetzee, J.M.|Vanære|1999
83|McEwan, Ian|Soning|2001
83|Hosseini, Khaled|Drageløberen|2003
83|Brown, Dan|Da Vinci mysteriet|2003
83|McCarthy, Cormac|Vejen|2006
83|Adichie, Chimamanda Ngozi|Americanah|2013
83|Owens, Delia|Hvor flodkrebsene synger|2018
83|Rooney, Sally|Normale mennesker|2018
84|Goethe, Johann Wolfgang von|Den unge Werthers lidelser|1774
84|Goethe, Johann Wolfgang von|Faust|1808
84|Mann, Thomas|Buddenbrooks|1901
84|Mann, Thomas|Døden i Venedig|1912
84|Mann, Thomas|Trolddomsbjerget|1924
84|Kafka, Franz|Forvandlingen|1915
84|Kafka, Franz|Processen|1925
84|Kafka, Franz|Slottet|1926
84|Hesse, Hermann|Siddhartha|1922
84|Hesse, Hermann|Steppeulven|1927
84|Döblin, Alfred|Berlin Alexanderplatz|1929
84|Remarque, Erich Maria|Intet nyt fra Vestfronten|1929
84|Musil, Robert|Manden uden egenskaber|1930
84|Zweig, Stefan|Skaknovelle|1942
84|Grass, Günter|Bliktrommen|1959
84|Böll, Heinrich|Katharina Blums tabte ære|1974
84|Süskind, Patrick|Parfumen|1985
84|Sebald, W.G.|Austerlitz|2001
`,
)

const ENGLISH_EDITIONS = shelve(
  { material: 'book', language: 'eng', audience: 'adult' },
  `
83|Miller, Madeline|The Song of Achilles|2011
83|Miller, Madeline|Circe|2018
83|Yanagihara, Hanya|A Little Life|2015
83|Hoover, Colleen|It Ends with Us|2016
83|Reid, Taylor Jenkins|The Seven Husbands of Evelyn Hugo|2017
83|Haig, Matt|The Midnight Library|2020
83|Ishiguro, Kazuo|Klara and the Sun|2021
83|Yarros, Rebecca|Fourth Wing|2023
19|Knuth, Donald E.|The Art of Computer Programming|1968
19|Kernighan, Brian W.|The C Programming Language|1978
`,
)

const AUDIOBOOKS = shelve(
  { material: 'audiobook', language: 'dan', audience: 'adult' },
  `
86|Blædel, Sara|Dødesporet|2013
86|Blædel, Sara|Kvinden de meldte savnet|2014
86|Egholm, Elsebeth|Personskade|2005
86|Engberg, Katrine|Glasvinge|2018
86|Holst, Hanne-Vibeke|Som pesten|2017
86|Kaaberbøl, Lene|Nattergalens død|2011
86|Leine, Kim|Rød mand/sort mand|2018
86|Riel, Ane|Urværk|2021
86|Skov, Leonora Christina|Hvis vi ikke taler om det|2021
86|Stein, Jesper|Aisha|2015
86|Adler-Olsen, Jussi|Natrium Chlorid|2021
83|Brown, Dan|Engle og dæmoner|2000
83|Ishiguro, Kazuo|Slip mig aldrig|2005
`,
)

const NON_FICTION = shelve(
  { material: 'book', language: 'dan', audience: 'adult' },
  `
10|Kierkegaard, Søren|Enten - eller|1843
10|Nietzsche, Friedrich|Således talte Zarathustra|1883
10|Sartre, Jean-Paul|Væren og intet|1943
13|Freud, Sigmund|Drømmetydning|1900
13|Fromm, Erich|Kunsten at elske|1956
13|Kahneman, Daniel|At tænke - hurtigt og langsomt|2011
13|Brinkmann, Svend|Stå fast|2014
15|Løgstrup, K.E.|Den etiske fordring|1956
29|Grundtvig, N.F.S.|Nordens Mythologi|1832
30|Beauvoir, Simone de|Det andet køn|1949
32|Machiavelli, Niccolò|Fyrsten|1532
32|Marx, Karl|Det kommunistiske manifest|1848
32|Popper, Karl R.|Det åbne samfund og dets fjender|1945
33|Smith, Adam|Nationernes velstand|1776
33|Marx, Karl|Kapitalen|1867
33|Piketty, Thomas|Kapitalen i det 21. århundrede|2013
37|Dewey, John|Demokrati og uddannelse|1916
37|Juul, Jesper|Dit kompetente barn|1995
49|Nansen, Fridtjof|Fram over Polarhavet|1897
50|Bryson, Bill|En kort historie om næsten alt|2003
52|Hawking, Stephen|En kort historie om tiden|1988
56|Darwin, Charles|Arternes oprindelse|1859
56|Dawkins, Richard|Det egoistiske gen|1976
61|Sacks, Oliver|Manden der forvekslede sin kone med en hat|1985
61|Enders, Giulia|Tarme med charme|2014
64.1|Jensen, Kristine Marie|Frøken Jensens Kogebog|1901
70|Gombrich, E.H.|Kunstens historie|1950
71|Rasmussen, Steen Eiler|Om at opleve arkitektur|1957
71|Gehl, Jan|Livet mellem husene|1971
81|Brandes, Georg|Hovedstrømninger i det 19de Aarhundredes Litteratur|1872
91|Churchill, Winston S.|Den anden verdenskrig|1948
91|Hobsbawm, Eric|Ekstremernes tidsalder|1994
91|Beevor, Antony|Stalingrad|1998
91|Beevor, Antony|D-Dag|2009
96|Huitfeldt, Arild|Danmarks Riges Krønike|1595
96|Buk-Swienty, Tom|Slagtebænk Dybbøl|2008
96|Buk-Swienty, Tom|Dommedag Als|2010
96|Christensen, Claus Bundgård|Danmark besat|2005
96|Lidegaard, Bo|Kampen om Danmark|2005
96|Lidegaard, Bo|Landsmænd|2013
99.4|Andersen, H.C.|Mit Livs Eventyr|1855
99.4|Ulfeldt, Leonora Christina|Jammers Minde|1869
99.4|Nielsen, Carl|Min fynske Barndom|1927
99.4|Frank, Anne|Anne Franks dagbog|1947
99.4|Levi, Primo|Hvis dette er et menneske|1947
99.4|Hansen, Thorkild|Jens Munk|1965
99.4|Hansen, Thorkild|Processen mod Hamsun|1978
99.4|Ditlevsen, Tove|Barndom|1967
99.4|Ditlevsen, Tove|Ungdom|1967
99.4|Ditlevsen, Tove|Gift|1971
99.4|Nørgaard, Lise|Kun en pige|1992
99.4|Kershaw, Ian|Hitler|1998
99.4|Smith, Patti|Just Kids|2010
99.4|Isaacson, Walter|Steve Jobs|2011
99.4|Buk-Swienty, Tom|Kaptajn Dinesen: Ild og blod|2013
99.4|Yousafzai, Malala|Jeg er Malala|2013
99.4|Obama, Michelle|Min historie|2018
99.4|Obama, Barack|Et forjættet land|2020
`,
)

const CHILDREN = shelve(
  { material: 'children-book', language: 'dan', audience: 'child' },
  `
86|Andersen, H.C.|Eventyr, fortalte for Børn|1835
86|Gredsted, Torry|Paw|1918
86|Michaëlis, Karin|Bibi|1929
86|Rasmussen, Halfdan|Børnerim|1964
86|Kirkegaard, Ole Lund|Lille Virgil|1967
86|Kirkegaard, Ole Lund|Albert|1968
86|Kirkegaard, Ole Lund|Orla Frø-snapper|1969
86|Kirkegaard, Ole Lund|Hodja fra Pjort|1970
86|Kirkegaard, Ole Lund|Otto er et næsehorn|1972
86|Kirkegaard, Ole Lund|Gummi-Tarzan|1975
86|Kirkegaard, Ole Lund|En flodhest i huset|1978
86|Kirkegaard, Ole Lund|Frode og alle de andre rødder|1979
86|Bødker, Cecil|Silas og den sorte hoppe|1967
86|Bødker, Cecil|Silas og Ben-Godik|1969
86|Andersen, Benny|Snøvsen og Eigil og katten i sækken|1967
86|Haller, Bent|Katamaranen|1976
86|Haller, Bent|Kaskelotternes sang|1983
86|Reuter, Bjarne|Zappa|1977
86|Reuter, Bjarne|Busters verden|1979
86|Reuter, Bjarne|Kys stjernerne|1980
86|Reuter, Bjarne|Når snerlen blomstrer|1983
86|Reuter, Bjarne|Shamran|1985
86|Reuter, Bjarne|Prins Faisals ring|2000
86|Jensen, Louis|Hundrede historier|1992
86|Kaaberbøl, Lene|Skammerens datter|2000
86|Kaaberbøl, Lene|Skammertegnet|2001
86|Teller, Janne|Intet|2000
86|Andersen, Kenneth Bøgh|Djævelens lærling|2005
86|Wung-Sung, Jesper|Ud med Knud|2014
82|Verne, Jules|Rejsen til Jordens indre|1864
82|Verne, Jules|En verdensomsejling under havet|1870
82|Malot, Hector|Frendeløs|1878
82|Saint-Exupéry, Antoine de|Den lille prins|1943
83|Defoe, Daniel|Robinson Crusoe|1719
83|Swift, Jonathan|Gullivers rejser|1726
83|Carroll, Lewis|Alice i Eventyrland|1865
83|Twain, Mark|Tom Sawyers eventyr|1876
83|Twain, Mark|Huckleberry Finns eventyr|1884
83|Stevenson, Robert Louis|Skatteøen|1883
83|Kipling, Rudyard|Junglebogen|1894
83|Baum, L. Frank|Troldmanden fra Oz|1900
83|London, Jack|Når naturen kalder|1903
83|Grahame, Kenneth|Vinden i piletræerne|1908
83|Montgomery, L.M.|Anne fra Grønnebakken|1908
83|Burnett, Frances Hodgson|Den hemmelige have|1911
83|Milne, A.A.|Peter Plys|1926
83|Tolkien, J.R.R.|Hobbitten|1937
83|Lewis, C.S.|Løven, heksen og garderobeskabet|1950
83|Dahl, Roald|Charlie og chokoladefabrikken|1964
83|Dahl, Roald|Den store venlige kæmpe|1982
83|Dahl, Roald|Heksene|1983
83|Dahl, Roald|Matilda|1988
83|Pullman, Philip|Det gyldne kompas|1995
83|Rowling, J.K.|Harry Potter og De Vises Sten|1997
83|Rowling, J.K.|Harry Potter og Hemmelighedernes Kammer|1998
83|Rowling, J.K.|Harry Potter og Fangen fra Azkaban|1999
83|Rowling, J.K.|Harry Potter og Flammernes Pokal|2000
83|Rowling, J.K.|Harry Potter og Fønixordenen|2003
83|Rowling, J.K.|Harry Potter og Halvblodsprinsen|2005
83|Rowling, J.K.|Harry Potter og Dødsregalierne|2007
83|Gaiman, Neil|Coraline|2002
83|Boyne, John|Drengen i den stribede pyjamas|2006
83|Green, John|En flænge i himlen|2012
84|Spyri, Johanna|Heidi|1880
84|Kästner, Erich|Emil og detektiverne|1929
84|Preussler, Otfried|Den lille heks|1957
84|Ende, Michael|Momo|1973
84|Ende, Michael|Den uendelige historie|1979
84|Funke, Cornelia|Blækhjerte|2003
`,
)

const PICTURE_BOOKS = shelve(
  { material: 'picture-book', language: 'dan', audience: 'child' },
  `
84|Hoffmann, Heinrich|Den store Bastian|1845
86|Sigsgaard, Jens|Palle alene i Verden|1942
86|Mathiesen, Egon|Frederik med Bilen|1944
86|Mathiesen, Egon|Drengen i Grøften|1945
86|Mathiesen, Egon|Aben Osvald|1947
86|Mathiesen, Egon|Mis med de blå øjne|1949
86|Olsen, Ib Spang|Drengen i månen|1962
86|Olsen, Ib Spang|Kattehuset|1968
86|Rasmussen, Halfdan|Halfdans ABC|1967
86|Møller, Flemming Quist|Cykelmyggen Egon|1967
86|Møller, Flemming Quist|Bennys badekar|1969
86|Strid, Jakob Martin|Mustafas kiosk|1999
86|Strid, Jakob Martin|Lille Frø|2005
86|Strid, Jakob Martin|Mimbo Jimbo|2010
86|Strid, Jakob Martin|Den utrolige historie om den kæmpestore pære|2012
86|Ringtved, Glenn|Græd blot hjerte|2001
83|Sendak, Maurice|Villy Vilddyr|1963
83|Carle, Eric|Den lille larve Aldrigmæt|1969
`,
)

const COMICS = [
  ...shelve(
    { material: 'comic', language: 'dan', audience: 'child' },
    `
82|Hergé|Faraos cigarer|1934
82|Hergé|Den blå lotus|1936
82|Hergé|Det knuste øre|1937
82|Hergé|Kong Ottokars scepter|1939
82|Hergé|Enhjørningens hemmelighed|1943
82|Hergé|De syv krystalkugler|1948
82|Hergé|Soltemplet|1949
82|Hergé|Tintin i Tibet|1960
82|Hergé|Castafiores juveler|1963
82|Goscinny, René|Asterix og hans gæve gallere|1961
82|Goscinny, René|Asterix og Kleopatra|1965
83|Watterson, Bill|Steen og Stoffer|1987
86|Madsen, Peter|Ulven er løs|1979
86|Madsen, Peter|Thors brudefærd|1980
86|Madsen, Peter|Odins væddemål|1982
`,
  ),
  ...shelve(
    { material: 'comic', language: 'dan', audience: 'adult' },
    `
86|Pisket, Halfdan|Desertør|2014
86|Pisket, Halfdan|Kakerlak|2015
86|Pisket, Halfdan|Dansker|2016
`,
  ),
  ...shelve(
    { material: 'comic', language: 'eng', audience: 'adult' },
    `
83|Miller, Frank|The Dark Knight Returns|1986
83|Moore, Alan|Watchmen|1987
`,
  ),
]

const FILMS = [
  ...shelve(
    { material: 'film', language: 'dan', audience: 'adult' },
    `
77.7|Dreyer, Carl Th.|Vredens Dag|1943
77.7|Dreyer, Carl Th.|Ordet|1955
77.7|Dreyer, Carl Th.|Gertrud|1964
77.7|Balling, Erik|Olsen-banden|1968
77.7|Balling, Erik|Olsen-banden på sporet|1975
77.7|Balling, Erik|Olsen-banden ser rødt|1976
77.7|Malmros, Nils|Drenge|1977
77.7|Malmros, Nils|Kundskabens træ|1981
77.7|Axel, Gabriel|Babettes gæstebud|1987
77.7|August, Bille|Pelle Erobreren|1987
77.7|Bornedal, Ole|Nattevagten|1994
77.7|Refn, Nicolas Winding|Pusher|1996
77.7|Trier, Lars von|Idioterne|1998
77.7|Vinterberg, Thomas|Festen|1998
77.7|Vinterberg, Thomas|Jagten|2012
77.7|Vinterberg, Thomas|Druk|2020
77.7|Bier, Susanne|Den eneste ene|1999
77.7|Bier, Susanne|Elsker dig for evigt|2002
77.7|Bier, Susanne|Efter brylluppet|2006
77.7|Bier, Susanne|Hævnen|2010
77.7|Scherfig, Lone|Italiensk for begyndere|2000
77.7|Jensen, Anders Thomas|Blinkende lygter|2000
77.7|Jensen, Anders Thomas|De grønne slagtere|2003
77.7|Jensen, Anders Thomas|Adams æbler|2005
77.7|Jensen, Anders Thomas|Retfærdighedens ryttere|2020
77.7|Arcel, Nikolaj|En kongelig affære|2012
77.7|Arcel, Nikolaj|Bastarden|2023
77.7|Lindholm, Tobias|Kapringen|2012
77.7|Lindholm, Tobias|Krigen|2015
77.7|Zandvliet, Martin|Under sandet|2015
`,
  ),
  ...shelve(
    { material: 'film', language: 'eng', audience: 'adult' },
    `
77.7|Welles, Orson|Citizen Kane|1941
77.7|Curtiz, Michael|Casablanca|1942
77.7|Hitchcock, Alfred|Vertigo|1958
77.7|Hitchcock, Alfred|Psycho|1960
77.7|Coppola, Francis Ford|The Godfather|1972
77.7|Scott, Ridley|Blade Runner|1982
77.7|Tarantino, Quentin|Pulp Fiction|1994
77.7|Trier, Lars von|Breaking the Waves|1996
77.7|Trier, Lars von|Dancer in the Dark|2000
77.7|Trier, Lars von|Melancholia|2011
77.7|Refn, Nicolas Winding|Drive|2011
`,
  ),
  ...shelve(
    { material: 'film', language: 'swe', audience: 'adult' },
    `
77.7|Bergman, Ingmar|Det syvende segl|1957
77.7|Bergman, Ingmar|Fanny og Alexander|1982
`,
  ),
  ...shelve({ material: 'film', language: 'jpn', audience: 'adult' }, '77.7|Kurosawa, Akira|De syv samuraier|1954'),
  ...shelve(
    { material: 'film', language: 'dan', audience: 'child' },
    `
77.74|Kragh-Jacobsen, Søren|Gummi-Tarzan|1981
77.74|August, Bille|Busters verden|1984
77.74|Madsen, Peter|Valhalla|1986
77.74|Fjeldmark, Stefan|Hjælp, jeg er en fisk|2000
`,
  ),
  ...shelve(
    { material: 'film', language: 'eng', audience: 'child' },
    `
77.74|Spielberg, Steven|E.T. the Extra-Terrestrial|1982
77.74|Allers, Roger|The Lion King|1994
77.74|Lasseter, John|Toy Story|1995
77.74|Stanton, Andrew|Finding Nemo|2003
`,
  ),
  ...shelve(
    { material: 'film', language: 'swe', audience: 'child' },
    `
77.74|Hellbom, Olle|Emil fra Lønneberg|1971
77.74|Danielsson, Tage|Ronja Røverdatter|1984
`,
  ),
  ...shelve({ material: 'film', language: 'jpn', audience: 'child' }, '77.74|Miyazaki, Hayao|Min nabo Totoro|1988'),
]

const MUSIC = [
  ...shelve(
    { material: 'music', language: 'dan', audience: 'adult' },
    `
78.794|Gasolin'|Gasolin' 3|1973
78.794|Gasolin'|Stakkels Jim|1974
78.794|Gasolin'|Efter endnu en dag|1976
78.794|Gasolin'|Gør det noget|1977
78.794|Larsen, Kim|Værsgo|1973
78.794|Larsen, Kim|Midt om natten|1983
78.794|Shu-bi-dua|Shu-bi-dua 4|1977
78.794|Shu-bi-dua|Shu-bi-dua 5|1978
78.794|TV-2|Nutidens unge|1984
78.794|TV-2|Nærmest lykkelig|1988
78.794|Nephew|USADSB|2004
`,
  ),
  ...shelve(
    { material: 'music', language: 'eng', audience: 'adult' },
    `
78.793|Holiday, Billie|Lady in Satin|1958
78.794|Dylan, Bob|Highway 61 Revisited|1965
78.794|Dylan, Bob|Blood on the Tracks|1975
78.794|Beatles|Revolver|1966
78.794|Beatles|Abbey Road|1969
78.794|Savage Rose|The Savage Rose|1968
78.794|Mitchell, Joni|Blue|1971
78.794|Pink Floyd|The Dark Side of the Moon|1973
78.794|ABBA|Arrival|1976
78.794|Fleetwood Mac|Rumours|1977
78.794|Jackson, Michael|Thriller|1982
78.794|D-A-D|No Fuel Left for the Pilgrims|1989
78.794|Nirvana|Nevermind|1991
78.794|Aqua|Aquarium|1997
78.794|Radiohead|OK Computer|1997
78.794|Kashmir|Zitilites|2003
78.794|Mew|Frengers|2003
78.794|Obel, Agnes|Philharmonics|2010
78.794|Adele|21|2011
78.794|MØ|No Mythologies to Follow|2014
`,
  ),
  ...shelve(
    { material: 'music', language: 'zxx', audience: 'adult' },
    `
78|Vivaldi, Antonio|De fire årstider|1725
78|Beethoven, Ludwig van|Symfoni nr. 5|1808
78|Nielsen, Carl|Symfoni nr. 4: Det uudslukkelige|1916
78|Nielsen, Carl|Symfoni nr. 5|1922
78.793|Davis, Miles|Kind of Blue|1959
78.793|Brubeck, Dave|Time Out|1959
`,
  ),
  ...shelve({ material: 'music', language: 'ger', audience: 'adult' }, '78|Mozart, W.A.|Tryllefløjten|1791'),
  ...shelve({ material: 'music', language: 'ita', audience: 'adult' }, '78|Verdi, Giuseppe|La traviata|1853'),
  ...shelve({ material: 'music', language: 'fre', audience: 'adult' }, '78|Bizet, Georges|Carmen|1875'),
]

const GAMES = [
  ...shelve(
    { material: 'game', language: 'eng', audience: 'child' },
    `
79.41|Mojang|Minecraft|2011
79.41|Nintendo|Mario Kart 8|2014
79.41|Nintendo|Super Mario Odyssey|2017
79.41|Nintendo|The Legend of Zelda: Breath of the Wild|2017
79.41|Nintendo|Animal Crossing: New Horizons|2020
79.41|ConcernedApe|Stardew Valley|2016
`,
  ),
  ...shelve(
    { material: 'game', language: 'eng', audience: 'adult' },
    `
79.41|IO Interactive|Hitman: Codename 47|2000
79.41|Playdead|Limbo|2010
79.41|Playdead|Inside|2016
79.41|Naughty Dog|The Last of Us|2013
79.41|CD Projekt Red|The Witcher 3: Wild Hunt|2015
79.41|Rockstar Games|Red Dead Redemption 2|2018
`,
  ),
]

const PERIODICALS = shelve(
  { material: 'magazine', language: 'dan', audience: 'adult' },
  `
05||Berlingske Tidende|1749
05||Jyllands-Posten|1871
05||Illustreret Familie-Journal|1877
05||Politiken|1884
05||Kristeligt Dagblad|1896
05||Hjemmet|1897
05||Billed-Bladet|1938
05||Information|1945
05||Alt for damerne|1946
05||Weekendavisen|1971
50||Illustreret Videnskab|1984
78||Gaffa|1983
`,
)

export const WORKS: readonly Work[] = [
  ...DANISH_FICTION,
  ...TRANSLATED_FICTION,
  ...ENGLISH_EDITIONS,
  ...AUDIOBOOKS,
  ...NON_FICTION,
  ...CHILDREN,
  ...PICTURE_BOOKS,
  ...COMICS,
  ...FILMS,
  ...MUSIC,
  ...GAMES,
  ...PERIODICALS,
]

/** Reads rows of `dk5|title|publisher|first year|issues a year`, one series to a line. */
function series(material: Material, table: string): LocalSeries[] {
  return rows(table, 5).map(([dk5 = '', title = '', publisher = '', firstYear, issuesPerYear]) => ({
    title,
    publisher,
    firstYear: Number(firstYear),
    issuesPerYear: Number(issuesPerYear),
    dk5,
    material,
  }))
}

/** Every place and society here is made up. 46.4 is Danish local history, 26 the church, 05 papers of mixed content. */
export const LOCAL_SERIES: readonly LocalSeries[] = [
  ...series(
    'book',
    `
46.4|Årsskrift for Lokalhistorisk Forening i Sønder Vandkær|Lokalhistorisk Forening i Sønder Vandkær|1974|1
46.4|Årsskrift for Tågelund og Omegns Historiske Samfund|Tågelund og Omegns Historiske Samfund|1968|1
46.4|Årbog fra Mosemandens Sogn|Foreningen Mosemandens Sogn|1951|1
46.4|Fra Pibeby og Glemsholt|Pibeby-Glemsholt Lokalarkiv|1982|1
46.4|Øster Snublerup i gamle dage|Øster Snublerup Borgerforening|1979|1
46.4|Krøniken om Vester Knastrup|Vester Knastrup Egnsarkiv|1963|1
46.4|Nørre Kvistrup Krønike|Nørre Kvistrup Bylaug|1988|1
46.4|Minder fra Blæsenborg Herred|Blæsenborg Herreds Historiekreds|1947|1
46.4|Hverdagsliv i Lille Skumpelse|Lille Skumpelse Forsamlingshus|1991|1
46.4|Årbog for Tørvekær Museumslaug|Tørvekær Museumslaug|1976|1
46.4|Slægt og gård i Humlerup|Humlerup Slægtskreds|1984|1
46.4|Gårdene i Store Padborrehøj|Store Padborrehøj Lokalarkiv|1995|1
46.4|Årsskrift for Foreningen Gamle Dråbeby|Foreningen Gamle Dråbeby|1958|1
46.4|Kystfolk ved Mågerevle|Mågerevle Havnelaug|1972|1
46.4|Stationsbyen Hvæsselund|Hvæsselund Jernbanevenner|1987|1
46.4|Fra det gamle Kludeholm|Kludeholm Arkivforening|1969|1
46.4|Årsskrift for Ringelhøj Egnsmuseum|Ringelhøj Egnsmuseum|1981|1
46.4|Heden omkring Lyngtoft Skæv|Lyngtoft Skæv Hedelaug|1961|1
46.4|Sagn og skrøner fra Trolderup Mark|Trolderup Mark Fortællekreds|1993|1
46.4|Billeder fra Fjernum Sogn|Fjernum Sogns Fotoklub|1985|1
46.4|Årbog for Dybsig og Vadested|Dybsig-Vadested Historiske Forening|1954|1
46.4|Vandmøllerne ved Kringel Å|Kringel Å Møllelaug|1990|1
46.4|Skolebørn i Overdrup|Overdrup Gamle Elevforening|1978|1
46.4|Husmandsliv i Nederste Tvilling|Nederste Tvilling Lokalarkiv|1966|1
46.4|Årsskrift for Søndenom Skoven|Søndenom Skovens Historielaug|1983|1
46.4|Håndværkere i Gnavstrup Købstad|Gnavstrup Håndværkerlaug|1957|1
46.4|Præstegården i Tavsby|Tavsby Menighedsråds Arkivudvalg|1999|1
46.4|Det gamle teglværk i Lerpyt|Teglværkets Venner i Lerpyt|2001|1
46.4|Årbog for Pjaltelev Sogneforstanderskabs Venner|Pjaltelev Sogneforstanderskabs Venner|1992|1
46.4|Fiskerlejet Tangstrand|Tangstrand Kutterlaug|1986|1
46.4|Forsamlingshuset i Bredenfløjte|Bredenfløjte Forsamlingshus|2004|1
46.4|Årsskrift for Kommer-du-forbi Kro og Omegn|Kroens Historiske Laug|1997|1
46.4|Markveje og stier ved Vimmelhøj|Vimmelhøj Stilaug|2006|1
46.4|Mejeriet i Flødestrup|Flødestrup Mejerimuseum|1989|1
50|Naturen i Grumslev Mose|Grumslev Moses Naturvenner|1994|1
58|Fugleåret på Vadeholmen|Vadeholmens Fugletællere|1998|1
57|Planter fundet i Kløverkrat|Kløverkrat Botaniske Kreds|2002|1
37|Årsskrift for Højskolen på Spirebakken|Højskolen på Spirebakken|1949|1
`,
  ),
  ...series(
    'magazine',
    `
26|Kirkebladet for Sønder Vandkær og Pibeby|Sønder Vandkær og Pibeby Menighedsråd|1971|4
26|Sogneblad for Tavsby, Fjernum og Overdrup|Menighedsrådene i Tavsby Pastorat|1983|4
26|Klokkeslag fra Vester Knastrup|Vester Knastrup Menighedsråd|1990|6
26|Kirke og sogn i Humlerup|Humlerup Menighedsråd|1965|4
26|Kirkenyt fra Gnavstrup|Gnavstrup Menighedsråd|2003|6
26|Menighedsblad for Bredenfløjte|Bredenfløjte Menighedsråd|1978|4
05|Landsbyavisen for Øster Snublerup|Øster Snublerup Borgerforening|1987|6
05|Lille Skumpelse Tidende|Lille Skumpelse Forsamlingshus|1994|12
05|Nyt fra Nørre Kvistrup|Nørre Kvistrup Bylaug|1980|4
05|Tangstrand Budstikke|Tangstrand Borgerforening|1969|12
05|Dråbeby Posten|Dråbeby Beboerforening|1992|6
05|Hvæsselund Bladet|Hvæsselund Håndværker- og Borgerforening|1976|12
05|Ringelhøj Rundt|Ringelhøj Landsbyråd|2005|4
05|Lyngtoft Skæv Avis|Lyngtoft Skæv Beboerforening|1999|6
05|Mågerevle Nyt|Mågerevle Havnelaug|1985|4
46.4|Arkivposten fra Tågelund|Tågelund Lokalarkiv|1996|2
46.4|Fundet i kassen|Glemsholt Arkivvenner|2000|2
46.4|Slægtstavlen|Slægtsforskere i Blæsenborg Herred|1977|4
63|Kolonihavebladet for Haveforeningen Persillerækken|Haveforeningen Persillerækken|1973|4
63|Biavlen i Trolderup|Trolderup Biavlerlaug|1959|4
79|Klubbladet for Kludeholm Idrætsforening|Kludeholm Idrætsforening|1967|4
79|Skakhjørnet i Flødestrup|Flødestrup Skakklub|1981|6
`,
  ),
]

/** For putting together people who do not exist. */
export const NAMES: { given: { f: string[]; m: string[] }; family: string[]; streets: string[] } = {
  given: {
    f: words(`
      Anne, Kirsten, Mette, Hanne, Anna, Helle, Susanne, Lene, Maria, Marianne, Inge, Karen, Lone, Bente, Camilla,
      Pia, Louise, Charlotte, Jette, Tina, Gitte, Birgit, Ida, Julie, Sofie, Emma, Laura, Freja, Clara, Alma,
      Ella, Karla, Josefine, Mathilde, Caroline, Cecilie, Line, Maja, Signe, Rikke, Christina, Lotte, Ulla, Lis, Else,
      Ellen, Grethe, Inger, Birthe, Dorthe, Heidi, Sanne, Trine, Stine, Katrine, Nanna, Fatima, Aisha, Zeynep, Agnes`),
    m: words(`
      Peter, Jens, Lars, Michael, Henrik, Thomas, Søren, Jan, Christian, Martin, Niels, Anders, Morten, Jesper, Hans,
      Jørgen, Mads, Per, Ole, Rasmus, Kim, Erik, Poul, Claus, Frederik, Mikkel, Kasper, Emil, Oliver, William,
      Noah, Oscar, Lucas, Carl, Malthe, Magnus, Viktor, Valdemar, August, Aksel, Jakob, Simon, Daniel, Jonas, Mathias,
      Kristian, Torben, Bent, Steen, Flemming, Carsten, Bo, Finn, Svend, Knud, Allan, Ali, Mohammed, Ahmed, Nikolaj`),
  },
  family: words(`
    Nielsen, Jensen, Hansen, Andersen, Pedersen, Christensen, Larsen, Sørensen, Rasmussen, Jørgensen, Petersen, Madsen,
    Kristensen, Olsen, Thomsen, Christiansen, Poulsen, Johansen, Møller, Mortensen, Knudsen, Jakobsen, Mikkelsen,
    Frederiksen, Laursen, Lund, Holm, Schmidt, Eriksen, Kristiansen, Clausen, Simonsen, Svendsen, Andreasen, Iversen,
    Jeppesen, Mogensen, Jespersen, Nissen, Lauridsen, Frandsen, Østergaard, Jepsen, Kjær, Carlsen, Vestergaard, Nørgaard,
    Dahl, Jessen, Søndergaard, Christoffersen, Bertelsen, Bruun, Lassen, Bach, Gregersen, Friis, Johnsen, Steffensen,
    Kjeldsen`),
  streets: words(`
    Pilekrogen, Mosebrinken, Lærkesvinget, Hasselkæret, Tjørnehegnet, Gåseledet, Kildestykket, Smedestræket, Teglgyden,
    Humlehaven, Vibestien, Rugskellet, Havrestubben, Byglunden, Kløvermarksvej, Syrenbuen, Hybenlunden, Slåenkrogen,
    Ravnebrinken, Uglestien, Solsortehjørnet, Stæresvinget, Svaleledet, Grævlingehøj, Pindsvinestien, Egernkrogen,
    Harebakken, Rådyrsporet, Ærtebjergvej, Persillehaven, Timiankrogen, Merianstien, Løvstikkevej, Kørvelgyden,
    Rabarberstræde, Stikkelsbærvænget, Ribshegnet, Solbærbakken, Morbærkrogen, Kvædelunden, Mirabellestien, Blommeledet,
    Pæretræsvej, Æblekrogen, Kirsebærsvinget, Valnøddehaven, Skovmærkevej, Anemonebrinken, Konvalstien, Engblommevej,
    Dueurtvænget, Gyldenrisvej, Kattehalen, Mælkebøttestien, Padderokkevej, Tagrørstien, Drivtømmervej, Strandskadevej,
    Ternesporet, Klitrosebakken`),
}

/** Real postcodes of the five municipalities, each with its four-digit municipality code. */
export const TOWNS: Record<
  'glostrup' | 'stevns' | 'fredensborg' | 'ishoj' | 'herning',
  { postcode: string; city: string; municipality: string }[]
> = {
  glostrup: towns('0161', '2600 Glostrup'),
  stevns: towns('0336', '4652 Hårlev, 4660 Store Heddinge, 4671 Strøby, 4672 Klippinge, 4673 Rødvig Stevns'),
  fredensborg: towns('0210', '2980 Kokkedal, 2990 Nivå, 3050 Humlebæk, 3480 Fredensborg'),
  ishoj: towns('0183', '2635 Ishøj'),
  herning: towns(
    '0657',
    '6933 Kibæk, 6973 Ørnhøj, 7270 Stakroge, 7280 Sønder Felding, 7400 Herning, 7451 Sunds, 7480 Vildbjerg, 7490 Aulum, 7540 Haderup, 7550 Sørvad',
  ),
}

function towns(municipality: string, list: string): { postcode: string; city: string; municipality: string }[] {
  return words(list).map((town) => ({ postcode: town.slice(0, 4), city: town.slice(5), municipality }))
}
