"""The small words of each language, by hand: which tell nothing alone, and which give a language away.

Question and negation words are listed apart, because search keeps them: they tell “how do I” from “it does not”.
"""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Left out of the index and of questions. What may carry the meaning of a short question is not here.
STOP_WORDS: dict[str, frozenset[str]] = {
    "de": _words("""
        der die das den dem des ein eine einen einem einer eines und oder aber doch denn weil dass daß als ob
        wenn dann damit ich du er sie es wir ihr man mich mir dich dir sich uns euch ihn ihm ihnen mein meine
        meinen meinem meiner meines dein deine deinen deinem deiner sein seine seinen seinem seiner unser unsere
        unseren unserem unserer euer eure ihre ihren ihrem ihrer in im ins an am ans auf aus bei beim von vom zu
        zum zur mit nach vor für über unter durch um bis seit während wegen bin bist ist sind seid war waren
        wird werden wurde wurden werde haben habe hast hat hatte hatten kann können könnte könnten soll sollte
        muss müssen darf möchte würde würden will bitte auch noch schon nur mal so sehr hier da dort dies diese
        dieser dieses diesen diesem jetzt gerade immer wieder eben halt etwas
    """),
    "fr": _words("""
        le la les l un une des d du de au aux et ou mais donc car si que qu dont je j tu il elle on nous vous
        ils elles me m te t se s lui leur y en mon ma mes ton ta tes son sa ses notre nos votre vos leurs ce c
        cet cette ces cela ça ceci à dans par pour sur sous avec chez vers entre depuis pendant suis es est
        sommes êtes sont était étaient été être ai as a avons avez ont avait avoir eu fait faire peux peut
        pouvez puis dois doit voudrais veux veut plait plaît svp merci aussi très bien encore déjà toujours tout
        toute tous toutes ici là alors comme n lorsqu jusqu puisqu afin
    """),
    "es": _words("""
        el la los las lo un una unos unas y e o u pero si que porque de del a al en con por para desde hasta
        sobre entre yo tú él ella nosotros vosotros ustedes ellos ellas usted me te se nos os le les mi mis tu
        tus su sus nuestro nuestra nuestros nuestras este esta esto estos estas ese esa eso esos esas aquel
        aquella soy eres es somos son era eran fue fueron ser estoy estás está estamos están estaba estar he has
        ha hemos han había haber hay tengo tiene tienen tener puedo puede pueden poder quiero quisiera debo debe
        favor gracias también muy ya aún todavía siempre más aquí allí ahora así
    """),
    "pt": _words("""
        o a os as um uma uns umas e ou mas se que porque de do da dos das em no na nos nas ao aos à às com por
        pelo pela pelos pelas para pra pro desde até sobre entre eu tu ele ela nós vós eles elas você vocês me
        te lhe lhes meu minha meus minhas teu tua seu sua seus suas nosso nossa nossos nossas este esta isto
        estes estas esse essa isso esses essas aquele aquela sou és é somos são era eram foi foram ser estou
        está estamos estão estava estar tenho tem têm tinha ter há posso pode podem poder quero queria gostaria
        devo deve favor obrigado obrigada também muito já ainda sempre mais aqui ali agora assim
    """),
    "it": _words("""
        il lo la i gli le l un uno una d e ed o od ma se che perché di del dello della dell dei degli delle a ad
        al allo alla all ai agli alle da dal dallo dalla dall dai dagli dalle in nel nello nella nell nei negli
        nelle su sul sullo sulla sull sui sugli sulle con per tra fra io tu lui lei noi voi loro mi m ti t si s
        ci vi ne mio mia miei mie tuo tua tuoi tue suo sua suoi sue nostro nostra vostro vostra questo questa
        questi queste quest quello quella quell sono sei è siamo siete era erano stato stata essere ho hai ha
        abbiamo avete hanno aveva avere posso può possono potete potrei vorrei voglio devo deve favore grazie
        anche molto già ancora sempre più qui qua lì ora adesso così
    """),
    "nl": _words("""
        de het een en of maar want dat dan als omdat ik jij je u hij zij ze wij we jullie mij me jou hem haar
        ons hun mijn jouw uw zijn onze deze dit die van in op aan uit bij met voor naar door over onder tot te
        om sinds tijdens ben bent is was waren wordt worden werd heb hebt heeft hebben had kan kun kunnen kunt
        zou zal zullen moet moeten mag wil graag ook nog al wel heel erg er hier daar nu steeds weer na veel alle t s
    """),
}
# Kept by search, but telling of a language.
ASKING: dict[str, frozenset[str]] = {
    "en": _words("""
        how what where when why who which not no nor never cannot cant can't don't dont doesn't doesnt isn't
        isnt won't wont without nothing nobody
    """),
    "de": _words("""
        wie was wo wann warum wieso weshalb wer wen wem welche welcher welches welchen woher wohin womit wofür
        nicht nichts kein keine keinen keiner keinem nie niemals niemand ohne
    """),
    "fr": _words("""
        comment quoi où quand pourquoi qui quel quelle quels quelles combien lequel laquelle ne pas plus jamais
        rien aucun aucune personne sans impossible
    """),
    "es": _words("""
        cómo como qué dónde donde cuándo cuando quién quien quiénes cuál cual cuáles cuánto cuánta no nunca nada
        nadie ningún ninguna sin tampoco
    """),
    "pt": _words("""
        como quê onde quando quem qual quais quanto quanta não nem nunca nada ninguém nenhum nenhuma sem
    """),
    "it": _words("""
        come cosa dove quando chi quale quali quanto quanta non no mai niente nulla nessuno nessuna senza
    """),
    "nl": _words("""
        hoe wat waar wanneer waarom wie welke welk hoeveel niet niets geen nooit niemand zonder
    """),
}
# What people say to a help desk in words that few other languages share.
DESK_WORDS: dict[str, frozenset[str]] = {
    "en": _words("""
        get got gets keep keeps need needs want work works working again after before about because since today
        morning change changes changed find missing error errors broken slow down login account accounts
        keyboard screen mail email another every many much too out off up into all new old other order orders
        add added remove removed reset set update updated install installed request access issue issues problem
        user users laptop computer printer device report alert license file files folder please hello thank
        thanks regards dear help open close show shows use using used see say says said make when while during
        day days week time first last right left hi hey ok delivery product pay card price size weight more
        password lost found stolen black blue guest guests sound room meeting large shared drive phone money
        charged account transfer know tell give take look looking buy call able try tried trying
    """),
    "de": _words("""
        passwort kennwort drucker rechner bildschirm tastatur fehler fehlermeldung zugriff zugang konto anmelden
        einloggen geht funktioniert gesperrt freigabe laufwerk ordner datei dateien drucken neues neuer neue neu
        kaputt langsam hilfe hilft urlaub gehaltsabrechnung besprechungsraum büro zurücksetzen ändern einrichten
        abgelaufen verloren vergessen brauche wäre heute gestern morgen keiner zweiter ton stürzt bricht
        verbindung öffnen anhang anhänge gäste ausweis handy webseite nutzer benutzer
    """),
    "fr": _words("""
        imprimante ordinateur écran clavier souris fichier fichiers dossier erreur compte connexion connecter
        mot passe réinitialiser bloqué marche fonctionne besoin accès réseau réunion salle lent lente oublié
        perdu panne mise jour nouveau nouvelle boîte pièce jointe aide problème arrive matin bonjour demander
        trouver son invités ouvrir ouverture souci lecteur affiche affichent
    """),
    "es": _words("""
        contraseña impresora ordenador computadora pantalla teclado ratón archivo archivos carpeta correo cuenta
        funciona bloqueada bloqueado acceso red reunión lento olvidé olvidado perdido ayuda problema equipo
        portátil nuevo nueva después mañana necesito restablecer cambiar iniciar sesión solicitar buzón falta
        sonido encuentro encontrar nómina tarjeta invitados detecta aparece aparecen dice
    """),
    "pt": _words("""
        senha impressora computador tela ecrã teclado rato arquivo arquivos ficheiro pasta conta funciona
        bloqueada bloqueado acesso rede reunião lento esqueci perdi ajuda problema equipamento novo nova depois
        manhã preciso consigo redefinir alterar entrar caixa solicitar celular telemóvel faço atualização som
        visitantes reunião fica ficou imprime abre
    """),
    "it": _words("""
        stampante schermo schermata tastiera posta casella cartella errore funziona bloccato bloccata accesso
        accedere rete riunione lento lenta dimenticato perso aiuto problema nuovo nuova dopo stamattina riesco
        serve servono reimpostare cambiare reimposto portatile aggiornamento allegati manca suono perso ospiti
    """),
    "nl": _words("""
        wachtwoord scherm toetsenbord muis bestand bestanden map fout foutmelding toegang werkt kapot traag
        vergeten verloren kwijt hulp probleem nieuwe nieuw vergadering vergaderzaal inloggen installeren
        wijzigen nodig geblokkeerd bijlagen bijlage gedeelde vandaag vanochtend aanvragen geluid openen gasten
        loopt valt weg vast telefoon gestolen
    """),
    # Of these only enough is known to say that a question is in one of them.
    "da": _words("""
        jeg ikke hvordan hvad hvor hvorfor kan min mit mine en et og er det den til på med fra har virker får
        min adgangskode printeren hjælp logge ind nulstiller fejl
    """),
    "sv": _words("""
        jag inte hur vad var varför när kan min mitt mina en ett och är det den till på med från har fungerar
        får lösenord skrivaren hjälp logga återställer fel
    """),
    "fi": _words("""
        en ei miten mikä missä miksi milloin voi voin minun oma se on ja tai että pääse toimi toimii salasana
        salasanani tulostin apua virhe sähköpostiin ole
    """),
    "pl": _words("""
        nie jak co gdzie kiedy dlaczego czy mogę moje mój moja się w z na do i jest są to po hasło drukarka
        drukuje pomocy błąd działa zalogować proszę mam od
    """),
    "cs": _words("""
        ne jak co kde kdy proč nemohu můžu moje můj se si v z na do a je jsou to heslo tiskárna pomoc chyba
        nefunguje přihlásit prosím mám
    """),
    "ro": _words("""
        nu cum ce unde când de îmi mi mea meu la pe și este sunt parola imprimanta merge ajutor eroare pot vă
        rog am din să cu
    """),
    "tr": _words("""
        nasıl ne nerede neden ve bir bu için benim değil yok şifre şifremi yazıcı çalışmıyor hata yardım
        edemiyorum giriş lütfen sıfırlarım
    """),
    "hu": _words("""
        nem hogyan mi hol miért a az és egy van jelszó jelszavamat nyomtató működik segítség hiba tudok kérem
    """),
}
