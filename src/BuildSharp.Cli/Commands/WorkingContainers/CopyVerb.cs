using BuildSharp.Cli.Flags;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>copy CTR SRC… [DEST]</c>.</summary>
internal sealed class CopyVerb : AddOrCopyVerb
{
    public override string Summary => "Copy files and directories into a working container";

    public override IReadOnlyList<string> Examples => ["copy working-container . /app", "copy --from builder app /out/app /usr/bin/app"];

    public override IEnumerable<FlagDefinition> Flags => [.. base.Flags, Flag.Bool("parents", "keep the sources' leading directories")];

    protected override bool Unpacks => false;
}
