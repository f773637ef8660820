namespace BuildSharp.Cli.Commands.WorkingContainers;

/// /// <summary><c>add CTR SRC… [DEST]</c>: like <c>copy</c>, but unpacks local archives.</summary>
internal sealed class AddVerb : AddOrCopyVerb
{
    public override string Summary => "Add files, directories and unpacked archives to a working container";

    public override IReadOnlyList<string> Examples => ["add working-container site.tar.gz /srv"];

    protected override bool Unpacks => true;
}
