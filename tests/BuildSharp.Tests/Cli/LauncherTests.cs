using BuildSharp.Cli;
using BuildSharp.Cli.Commands;
using BuildSharp.Cli.Commands.Skopeo;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Help;
using BuildSharp.Oci;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Cli;

public class LauncherTests
{
    private static (int Status, string Out, string Error) Run(params string[] words) => new CommandLine().Run(words);

    [Fact]
    public void The_version_line_has_a_number_scripts_can_compare_as_third_word()
    {
        var (status, output, _) = Run("--version");
        Assert.Equal(0, status);
        var words = output.Split(' ');
        Assert.Equal(["buildsharp", "version"], words[..2]);
        Assert.True(Version.Parse(words[2]) >= new Version(1, 28));
        Assert.EndsWith($", buildsharp {BuildSharpVersion.Number})\n", output);
        Assert.Equal(output, Run("-v").Out);
    }

    [Fact]
    public void The_products_own_version_is_the_assemblys() =>
        Assert.Equal(BuildSharpVersion.Number, typeof(Launcher).Assembly.GetName().Version!.ToString(3));

    [Theory]
    [InlineData("Error: unknown command \"nosuch\" for \"buildsharp\"\n", "nosuch")]
    [InlineData("Error: unknown command \"x\" for \"buildsharp version\"\n", "version", "x")]
    [InlineData("Error: unknown command \"comit\" for \"buildsharp\" (did you mean commit?)\n", "comit", "c")]
    [InlineData("Error: unknown command \"bdu\" for \"buildsharp\" (did you mean bud?)\n", "help", "bdu")]
    [InlineData("Error: unknown flag: --tga (did you mean --tag?)\n", "bud", "--tga", "x")]
    [InlineData("Error: unknown flag: --isol (did you mean --isolation?)\n", "bud", "--isol=chroot")]
    [InlineData("Error: unknown flag: --rooot (did you mean --root?)\n", "--rooot", "/x", "images")]
    [InlineData("Error: unknown flag: --certdir (did you mean --cert-dir?)\n", "--certdir", "/x", "bud")]
    [InlineData("Error: unknown flag: --bake\n", "bud", "--bake", ".")]
    [InlineData("Error: unknown flag: --tga (did you mean --tag?)\n", "bud", ".", "--tga", "x")]
    [InlineData("Error: accepts at most 1 arg(s), received 2\n", "bud", ".", "-t", "x", "y")]
    [InlineData("Error: unknown command \"rmm\" for \"buildsharp image\" (did you mean rm?)\n", "image", "rmm", "--force")]
    [InlineData("Error: unknown command \"start\" for \"buildsharp container\"\n", "container", "start", "c")]
    [InlineData("Error: unknown command \"x\" for \"buildsharp prune\"\n", "image", "prune", "x")]
    [InlineData("Error: when using the --all switch, you may not pass any containers names or IDs\n", "--root=/none", "container", "prune", "c")]
    [InlineData("Error: unknown flag: --nosuch\n", "version", "--nosuch")]
    [InlineData("Error: unknown flag: --nosuch\n", "--nosuch")]
    [InlineData("Error: unable to parse log level: not a valid logrus Level: \"x\"\n", "--log-level", "x", "version")]
    [InlineData("Error: requires at least 1 arg(s), only received 0\n", "copy")]
    [InlineData("Error: src must be specified\n", "add", "c")]
    [InlineData("Error: accepts at most 1 arg(s), received 2\n", "bud", "a", "b")]
    [InlineData("Error: container ID must be specified\n", "commit")]
    [InlineData("Error: too many arguments specified\n", "commit", "a", "b", "c")]
    [InlineData("Error: container ID must be specified\n", "config")]
    [InlineData("Error: 'buildsharp containers' does not accept arguments\n", "containers", "a")]
    [InlineData("Error: quiet and format are mutually exclusive\n", "containers", "-q", "--format", "x")]
    [InlineData("Error: an image name (or \"scratch\") must be specified\n", "from")]
    [InlineData("Error: too many arguments specified\n", "from", "a", "b")]
    [InlineData("Error: 'buildsharp images' requires at most 1 argument\n", "images", "a", "b")]
    [InlineData("Error: when using the --all switch, you may not pass any images names or IDs\n", "images", "-a", "b")]
    [InlineData("Error: container or image name must be specified\n", "inspect")]
    [InlineData("Error: the only recognized types are \"container\" and \"image\"\n", "inspect", "-t", "x", "y")]
    [InlineData("Error: an image name must be specified\n", "pull")]
    [InlineData("Error: unsupported pull policy \"x\"\n", "pull", "--policy", "x", "y")]
    [InlineData("Error: at least a source image ID must be specified\n", "push")]
    [InlineData("Error: only two arguments are necessary to push: source and destination\n", "push", "a", "b", "c")]
    [InlineData("Error: unknown format \"x\". Choose on of the supported formats: 'oci', 'v2s1', or 'v2s2'\n", "push", "-f", "x", "a", "b")]
    [InlineData("Error: accepts 2 arg(s), received 1\n", "rename", "a")]
    [InlineData("Error: container ID must be specified\n", "rm")]
    [InlineData("Error: when using the --all switch, you may not pass any containers names or IDs\n", "rm", "-a", "b")]
    [InlineData("Error: image name or ID must be specified\n", "rmi")]
    [InlineData("Error: when using the --prune switch, you may not pass any images names or IDs\n", "rmi", "-p", "b")]
    [InlineData("Error: when using the --all switch, you may not use --prune switch\n", "rmi", "-a", "-p")]
    [InlineData("Error: container ID must be specified\n", "run")]
    [InlineData("Error: command must be specified\n", "run", "c", "--")]
    [InlineData("Error: requires at least 2 arg(s), only received 1\n", "tag", "a")]
    [InlineData("Error: at least one container ID must be specified\n", "umount")]
    [InlineData("Error: when using the --all switch, you may not pass any container IDs\n", "umount", "-a=false", "b")]
    [InlineData("Error: no options (--filter=service=redis) can be specified after the image or container name\n", "images", "x", "--filter=service=redis")]
    [InlineData("Error: unrecognized image type \"x\": known are oci and docker\n", "from", "--format", "x", "scratch")]
    [InlineData("Error: can only set one of 'pull' or 'pull-always' or 'pull-never'\n", "from", "--pull=never", "--pull-always", "x")]
    [InlineData("Error: invalid --platform may not be used with --os, --arch, or --variant\n", "from", "--os=linux", "--platform=linux/arm64", "x")]
    [InlineData("Error: --sign-by is not supported yet: images are not signed\n", "commit", "--sign-by", "a", "c")]
    [InlineData("Error: 'rm' and 'force-rm' can only be set with either 'layers' or 'no-cache'\n", "bud", "--force-rm", ".")]
    [InlineData("Error: --no-hosts and --add-host conflict, can not be used together\n", "bud", "--no-hosts", "--add-host", "a:1.2.3.4", ".")]
    [InlineData("Error: the '--group-add keep-groups' option is not allowed with any other --group-add options\n", "from", "--group-add", "keep-groups,7", "x")]
    [InlineData("Error: --cpu-profile is not supported yet: the process is not measured\n", "version", "--cpu-profile=/x")]
    [InlineData("Error: standalone-sign is not supported yet: it is skopeo's; skopeo works on the same storage and layouts\n", "--debug", "standalone-sign", "x")]
    [InlineData("Error: No tag or digest allowed in reference\n", "list-tags", "docker://x:1")]
    [InlineData("Error: Exactly two arguments expected\n", "sync", "x")]
    [InlineData("Error: A source transport must be specified\n", "sync", "x", "y")]
    [InlineData("Error: sync from 'dir' to 'dir' not implemented, consider using rsync instead\n", "sync", "--src=dir", "--dest", "dir", "x", "y")]
    [InlineData("Error: Exactly one argument expected\n", "inspect", "--raw", "docker://x", "y")]
    [InlineData("Error: raw output does not support format option\n", "inspect", "--raw", "-f", "x", "docker://x")]
    [InlineData("Error: Deleting images not implemented for dir: images\n", "--root=/none", "delete", "dir:/x")]
    [InlineData("Error: creds and no-creds cannot be specified at the same time\n", "copy", "--src-creds=a:b", "--src-no-creds", "docker://x", "dir:y")]
    [InlineData("Error: password must be specified when username is specified\n", "copy", "--dest-username", "a", "docker://x", "docker://y")]
    [InlineData("Error: Cannot use --all and --multi-arch flags together\n", "copy", "-a", "--multi-arch=all", "docker://x", "dir:y")]
    [InlineData("Error: additional-tag 'x' must be a tagged reference\n", "copy", "--additional-tag", "x", "docker://x", "docker-archive:y")]
    [InlineData("Error: unknown format \"x\". Choose one of the supported formats: 'oci', 'v2s1', or 'v2s2'\n", "copy", "-f", "x", "docker://x", "dir:y")]
    [InlineData("Error: --dest-precompute-digests is not supported yet: layers are compressed while they are sent\n", "copy", "--dest-precompute-digests", "docker://x", "dir:y")]
    [InlineData("Error: mkcw is not supported yet: images for confidential workloads are not made\n", "help", "mkcw")]
    [InlineData("Error: --imagestore is not supported yet: images and containers share one directory\n", "version", "--imagestore=/x")]
    public void A_mistake_is_one_line_and_status_125(string line, params string[] words)
    {
        var (status, output, error) = Run(words);
        Assert.Equal((125, "", line), (status, output, error));
    }

    [Theory]
    [InlineData("source")]
    [InlineData("standalone-verify")]
    public void A_verb_that_others_have_is_not_taken_for_a_misspelt_one(string verb)
    {
        var (status, output, error) = Run(verb);
        Assert.Equal((125, ""), (status, output));
        Assert.StartsWith($"Error: {verb} is not supported yet: ", error);
    }

    [Theory]
    [InlineData("Unrecognized command `skopeo x`\\nTry 'skopeo --help' for more information", "x")]
    [InlineData("Invalid source name a: Invalid image name \\\"a\\\", expected colon-separated transport:reference", "copy", "a", "b")]
    [InlineData("Error parsing image name \\\"a:b\\\": Invalid image name \\\"a:b\\\", unknown transport \\\"a\\\"; known are containers-storage, dir, docker, docker-archive, docker-daemon, oci, oci-archive", "inspect", "a:b")]
    [InlineData("Unsupported transport 'oci' for tag listing. Only supported: docker, docker-archive", "list-tags", "oci:x")]
    [InlineData("Invalid \\\"x\\\": does not specify a transport", "list-tags", "x")]
    [InlineData("unknown flag: --nosuch", "copy", "--nosuch")]
    public void Called_skopeo_it_makes_mistakes_known_as_skopeo_does(string message, params string[] words)
    {
        var (status, output, error) = new CommandLine { Program = "skopeo" }.Run(words);
        Assert.Equal((1, ""), (status, output));
        Assert.Matches("^time=\"[^\"]*\" level=fatal msg=\"", error);
        Assert.Contains($"msg=\"{message}\"", error);
    }

    [Fact]
    public void Called_skopeo_it_has_skopeos_verbs_and_version()
    {
        var skopeo = new CommandLine { Program = "skopeo" };
        Assert.Matches(@"^skopeo version \d+\.\d+\.\d+\n$", skopeo.Run("--version").Out);
        Assert.Equal(skopeo.Run("--version"), Run("skopeo", "--version"));
        Snapshot.Match(skopeo.Run().Out);
        Assert.Equal(skopeo.Run(), skopeo.Run("help"));
        Assert.Equal(skopeo.Run("copy", "--help"), skopeo.Run("help", "copy"));
        Assert.Contains("skopeo copy [flags]", skopeo.Run("copy", "--help").Out);
        Assert.Contains("\nlist-tags\n", Run("[suggest:18]", "buildsharp skopeo ").Out);
        Assert.Contains("--src-creds\n", Run("[suggest:25]", "buildsharp skopeo copy --").Out);
    }

    [Fact]
    public void Verbs_of_one_name_agree_on_which_flags_take_a_word()
    {
        foreach (var entry in SkopeoTable.All)
        {
            if (VerbTable.Find(entry.Name) is { } other)
            {
                var others = new FlagSet(other.Create().Flags);
                Assert.Equal([], entry.Create().Flags
                    .Where(flag => others.Find(flag.Name) is { } same && same.TakesWord != flag.TakesWord).Select(flag => $"{entry.Name} --{flag.Name}"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(SkopeoVerbs))]
    public void Each_verb_of_skopeo_explains_itself(string verb) => Snapshot.Match(Run("skopeo", verb, "--help").Out, variant: verb);

    public static TheoryData<string> SkopeoVerbs() => ["copy", "delete", "inspect"];

    [Fact]
    public void Where_registries_are_configured_may_be_said_before_every_verb()
    {
        foreach (var flag in new[] { "--registries-conf=/etc/passwd", "--registries-conf-dir=/etc", "--short-name-alias-conf=/none/yet" })
        {
            var (status, _, error) = Run(flag, "version");
            Assert.Equal((0, ""), (status, error));
        }

        foreach (var flag in new[] { "--registries-conf", "--registries-conf-dir" })
        {
            var (status, _, error) = Run(flag, "/none", "version");
            Assert.Equal(0, status);
            Assert.Contains("level=warning", error);
            Assert.Contains("open /none: no such file or directory", error);
        }
    }

    [Fact]
    public void Help_is_the_same_asked_either_way_and_goes_to_standard_output()
    {
        foreach (var entry in VerbTable.All)
        {
            var asked = Run("help", entry.Name);
            Assert.Equal(asked, Run(entry.Name, "--help"));
            Assert.Equal((0, ""), (asked.Status, asked.Error));
            Assert.Contains("\nFlags:\n", asked.Out);
            foreach (var alias in entry.Aliases)
            {
                Assert.Equal(asked, Run(alias, "-h"));
            }
        }
    }

    [Fact]
    public void Descriptions_are_wrapped() => Assert.DoesNotContain(VerbTable.All.SelectMany(entry => entry.Create().Description.Split('\n')), line => line.Length > 98);

    [Fact]
    public void The_help_of_a_docker_spelling_is_that_of_the_verb()
    {
        Assert.Equal(Run("rmi", "--help"), Run("image", "rm", "--help"));
        Assert.Equal(Run("image", "--help"), Run("image"));
    }

    [Fact]
    public void Root_help_groups_the_verbs() => Snapshot.Match(Run().Out);

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Each_verb_explains_itself(string verb) => Snapshot.Match(Run("help", verb).Out, variant: verb);

    public static TheoryData<string> Verbs() => [.. VerbTable.All.Select(entry => entry.Name)];

    [Theory]
    [InlineData(0, "images")]
    [InlineData(1, "--debug", "version")]
    [InlineData(2, "--root", "/x", "version")]
    [InlineData(1, "--root=/x", "version")]
    [InlineData(2, "--cert-dir", "/d", "push")]
    [InlineData(1, "--tls-verify", "from", "scratch")]
    [InlineData(1, "-q", "from", "scratch")]
    [InlineData(2, "-f", "Dockerfile", "bud")]
    [InlineData(1, "-t", "run", "c")]
    [InlineData(2, "-t", "app", "bud")]
    [InlineData(1, "--pull", "from", "x")]
    [InlineData(-1, "--debug")]
    [InlineData(-1)]
    public void The_verb_is_found_behind_any_flags(int index, params string[] words) => Assert.Equal(index, VerbScan.FindVerb(words));

    [Fact]
    public void Every_flag_table_can_be_a_command_of_the_help_library()
    {
        var tree = CommandTree.Complete(new CommandLine().Surroundings);
        foreach (var entry in VerbTable.All)
        {
            Assert.Empty(tree.Parse([entry.Name, "--help"]).Errors);
        }
    }

    [Fact]
    public void No_two_rows_of_a_verbs_table_have_one_name_or_letter()
    {
        foreach (var entry in VerbTable.All.Concat(SkopeoTable.All))
        {
            var flags = entry.Create().Flags.ToList();
            Assert.Equal([], flags.SelectMany(flag => flag.Aliases.Prepend(flag.Name)).GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"{entry.Name} --{group.Key}"));
            Assert.Equal([], flags.Where(flag => flag.Shorthand is not null).GroupBy(flag => flag.Shorthand).Where(group => group.Count() > 1).Select(group => $"{entry.Name} -{group.Key}"));
            Assert.All(flags.Where(flag => flag.Support == FlagSupport.Refused), flag => Assert.NotEmpty(flag.Reason));
        }
    }

    [Fact]
    public void Completion_offers_verbs_and_flags()
    {
        Assert.Contains("images\n", Run("[suggest:14]", "buildsharp ima").Out);
        Assert.Contains("--json\n", Run("[suggest:21]", "buildsharp version --").Out);
        Assert.Contains("history\n", Run("[suggest:17]", "buildsharp image ").Out);
        Assert.Contains("--force\n", Run("[suggest:22]", "buildsharp image rm --").Out);
        Assert.Contains("complete", Run("completion", "bash").Out);
    }
}
