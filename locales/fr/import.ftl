### Words for the one who imports a spreadsheet. fault-… names the code of what is wrong with a row.

import-row = Ligne { $line }
import-cell = Ligne { $line }, colonne « { $column } »
import-rehearsal = Rien n’a été écrit : c’était un essai. Avec --write, ce qui est compté comme nouveau est écrit.
import-rows =
    { $count ->
        [one] { $count } ligne lue
       *[other] { $count } lignes lues
    }
import-new =
    { $count ->
        [one] { $count } nouveau dossier
       *[other] { $count } nouveaux dossiers
    }
import-people =
    { $count ->
        [one] { $count } nouvelle personne
       *[other] { $count } nouvelles personnes
    }
import-unchanged =
    { $count ->
        [one] { $count } ligne déjà importée, inchangée
       *[other] { $count } lignes déjà importées, inchangées
    }
import-changed =
    { $count ->
        [one] { $count } ligne déjà importée dit maintenant autre chose ; le dossier reste tel quel
       *[other] { $count } lignes déjà importées disent maintenant autre chose ; les dossiers restent tels quels
    }
import-held =
    { $count ->
        [one] { $count } ligne en attente : la personne a peut-être déjà une fiche
       *[other] { $count } lignes en attente : les personnes ont peut-être déjà une fiche
    }
import-refused =
    { $count ->
        [one] { $count } ligne refusée
       *[other] { $count } lignes refusées
    }
import-most = Ce qui ne va pas le plus souvent :

fault-before-opening = Est antérieur au jour d’ouverture du dossier.
fault-before-start = Est antérieur à son début.
fault-birth-twice = Indiquez soit la date de naissance, soit l’âge.
fault-case-changed = La ligne ne dit plus la même chose que lorsqu’elle est devenue le dossier { $about }. Le dossier reste tel quel : modifiez-le là-bas.
fault-client-mismatch = Les associations ne sont pas importées : ouvrez leurs dossiers au guichet.
fault-control-character = Contient un caractère de contrôle.
fault-duplicate = La personne figure déjà dans ce dossier.
fault-forbidden = Votre compte ne permet pas cela.
fault-id-already-used = Quelqu’un d’autre a importé cette ligne entre-temps.
fault-in-future = Est dans le futur.
fault-internal = Une erreur s’est produite de notre côté ; le journal dit laquelle.
fault-invalid-email = N’est pas une adresse électronique.
fault-invalid-phone = N’est pas un numéro de téléphone ; commencez par + et l’indicatif du pays.
fault-key-repeated = A la même clé que la ligne { $about }.
fault-likely-known = C’est probablement la personne de la fiche { $about }. Indiquez ce numéro dans une colonne (people.number), ou laissez le plan enregistrer à nouveau les personnes semblables.
fault-likely-same-row = C’est probablement la personne de la ligne { $about }. Donnez aux deux lignes la même clé de personne (people.key), ou laissez le plan enregistrer à nouveau les personnes semblables.
fault-not-of-office = Ne travaille pas dans ce bureau.
fault-office-closed = Le bureau est fermé.
fault-one-principal = Un dossier a exactement une personne principale.
fault-out-of-range = Est hors de ce qui est possible.
fault-outcome-of-open-need = Un résultat suppose un dossier clos : indiquez quand et pourquoi il a été clos.
fault-person-key-used = Une autre fiche, que vous ne pouvez pas voir, a cette clé.
fault-required = Manque.
fault-several-lines = Doit tenir sur une seule ligne.
fault-too-long = Est trop long.
fault-too-many = Sont trop nombreux.
fault-too-many-cells = La ligne a plus de cellules que de colonnes ; un guillemet ou un séparateur est mal placé.
fault-too-few-cells = La ligne a moins de cellules que de colonnes ; un guillemet ou un séparateur est mal placé.
fault-unknown = Cet élément n’existe pas.
fault-unknown-code = N’est pas un code en usage.
fault-unknown-file = Cette fiche n’existe pas.
fault-unknown-office = N’est pas l’un de vos bureaux.
fault-unknown-worker = Aucun compte n’a cette adresse.
fault-unreadable-date = Ne se lit pas comme une date dans les formes indiquées par le plan.
fault-unreadable-number = Ne se lit pas comme un nombre entier.
fault-unreadable-word = N’est pas l’un des mots permis.
fault-unreadable-yes-no = Ne se lit pas comme oui ou non.
fault-value-not-mapped = Le plan ne dit pas ce que ce mot signifie.
