namespace BuildSharp.EndToEnd.Tests.KillPoints;

/// <summary>A verb to be killed, and what must hold afterwards: in the words of <c>kill-point.sh</c>.</summary>
/// <param name="Name">How it is called in the report.</param>
/// <param name="Verb">The command line that is killed, without the global flags.</param>
internal sealed record KillScenario(string Name, string Verb)
{
    private const string OldImages = "bs inspect -t image base && bs inspect -t image upper && bs inspect -t image other";

    /// <summary>Done before, undisturbed.</summary>
    public string Before { get; init; } = "";

    /// <summary>What the verb may not touch, whether it came to its end or not.</summary>
    public string Kept { get; init; } = $"{OldImages} && content_of work";

    /// <summary>What must be true once the verb has printed something; that is in <c>$said</c>.</summary>
    public string Acknowledged { get; init; } = "true";

    /// <summary>Does the rest of the work, and sees that it is done.</summary>
    public required string Again { get; init; }

    /// <summary>Try one point of so many, for a verb whose writes are much like another's.</summary>
    public int OneOf { get; init; } = 1;

    /// <summary>
    /// On a store with the images base, upper (also called taken) on base, other on base, and the container work on upper; the layout
    /// holds an image with three layers, of which the store has two.
    /// </summary>
    public static IReadOnlyList<KillScenario> All { get; } =
    [
        new("from", "from --name new upper")
        {
            Acknowledged = "bs inspect -t container \"$said\"",
            Again = "bs inspect -t container new || bs from --name new upper; root=$(bs mount new) && cmp src/big \"$root/data/big\"",
        },
        new("copy", "copy -q work src /dst")
        {
            OneOf = 2,
            Again = "bs copy -q work src /dst && root=$(bs mount work) && cmp src/big \"$root/dst/big\" && bs umount work",
        },
        new("commit", "commit -q work new")
        {
            Acknowledged = "bs inspect -t image \"$said\" && bs inspect -t image new",
            Again = "bs commit -q work new && bs inspect -t image new",
        },
        new("commit --rm", "commit -q --rm work new")
        {
            // What the container had is in the container or in the image at every moment.
            Kept = $"{OldImages} && {{ bs inspect -t image new || content_of work; }}",
            Acknowledged = "bs inspect -t image \"$said\" && bs inspect -t image new && ! bs inspect -t container work",
            Again = "! bs inspect -t container work || bs commit -q --rm work new; "
                + "! bs inspect -t container work && c=$(bs from new) && content_of \"$c\" && bs rm \"$c\"",
        },
        new("commit --rm of nothing new", "commit -q --rm same new")
        {
            Before = "bs from --name same base && bs copy -q same src/dir/one /four && bs commit -q same first",
            Acknowledged = "bs inspect -t image new && ! bs inspect -t container same",
            OneOf = 3,
            Again = "! bs inspect -t container same || bs commit -q --rm same new; ! bs inspect -t container same && bs inspect -t image new",
        },
        new("rm", "rm work")
        {
            Kept = OldImages,
            Acknowledged = "! bs inspect -t container work",
            OneOf = 2,
            Again = "! bs containers | grep -w work || bs rm work; ! bs containers | grep -w work",
        },
        new("rmi", "rmi other")
        {
            // Without the image a repair knows at once that its layer is garbage; three are the others'.
            Kept = "bs inspect -t image base && bs inspect -t image upper && content_of work && { bs inspect -t image other"
                + " || { bs check --repair && [ $(grep -o '\"id\"' store/root/overlay-layers/layers.json | wc -l) = 3 ]; }; }",
            Acknowledged = "! bs inspect -t image other",
            OneOf = 2,
            Again = "! bs inspect -t image other || bs rmi other; ! bs inspect -t image other",
        },
        new("pull", "pull -q oci:layout:side")
        {
            Acknowledged = "bs inspect -t image \"$said\"",
            OneOf = 2,
            Again = "id=$(bs pull -q oci:layout:side) && c=$(bs from \"$id\") && root=$(bs mount \"$c\") && cmp src/dir/one \"$root/three\"",
        },
        new("pull of all layers", "pull -q oci:layout:side")
        {
            Before = "bs rm -a; bs rmi -a -f",
            Kept = "true",
            Acknowledged = "bs inspect -t image \"$said\"",
            Again = "id=$(bs pull -q oci:layout:side) && c=$(bs from \"$id\") && root=$(bs mount \"$c\") && cmp src/big \"$root/data/big\"",
            OneOf = 5,
        },
        new("manifest create", "manifest create list base")
        {
            Acknowledged = "[ $(entries_of list) = 1 ]",
            OneOf = 3,
            Again = "bs manifest exists list || bs manifest create list base; [ $(entries_of list) = 1 ] && can_be_pushed list",
        },
        new("manifest add", "manifest add list upper")
        {
            Before = "bs manifest create list base",
            Kept = $"{OldImages} && can_be_pushed list",
            Acknowledged = "[ $(entries_of list) = 2 ]",
            OneOf = 2,
            Again = "bs manifest add list upper && [ $(entries_of list) = 2 ] && can_be_pushed list",
        },
        new("manifest remove", "manifest remove list upper")
        {
            Before = "bs manifest create list base upper",
            Kept = $"{OldImages} && can_be_pushed list",
            Acknowledged = "[ $(entries_of list) = 1 ]",
            OneOf = 3,
            Again = "[ $(entries_of list) = 1 ] || bs manifest remove list upper; [ $(entries_of list) = 1 ] && can_be_pushed list",
        },
        new("rename", "rename work new") { OneOf = 2, Kept = $"{OldImages} && {{ content_of work || content_of new; }}", Again = "bs rename work new || true; content_of new" },
        new("config", "config --env A=1 work") { OneOf = 2, Again = "bs config --env A=1 work && bs inspect work | grep A=1" },
        new("umount", "umount work") { Before = "bs mount work", OneOf = 2, Again = "bs umount work && content_of work" },
        new("tag", "tag other taken") { Again = "bs tag other taken && bs inspect -t image taken" },
        new("run", "run work /data/busybox touch /ran")
        {
            Again = "bs run work /data/busybox touch /ran && root=$(bs mount work) && [ -e \"$root/ran\" ] && bs umount work",
        },
        new("bud", "bud -q --layers -t new src/dir")
        {
            OneOf = 5,
            Again = "bs bud -q --layers -t new src/dir && c=$(bs from new) && root=$(bs mount \"$c\") && [ -e \"$root/ran\" ] && cmp src/dir/one \"$root/copied\"",
        },
        new("mount", "mount work") { Again = "root=$(bs mount work) && [ \"$(cat \"$root/work\")\" = two ] && bs umount work" },
    ];
}
