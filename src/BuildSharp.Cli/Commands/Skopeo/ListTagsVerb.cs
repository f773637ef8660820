using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Transports;
using BuildSharp.Transports.Docker;
using BuildSharp.Transports.DockerArchive;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary><c>list-tags docker://REPOSITORY|docker-archive:FILE</c>: prints the tags as JSON.</summary>
internal sealed class ListTagsVerb : SkopeoVerb
{
    public override string Synopsis => "[flags] docker://REPOSITORY|docker-archive:FILE";

    public override string Summary => "List the tags of a repository in a registry";

    public override string Description => Summary + ", or the names of the images\nin a docker-archive, as JSON.";

    public override IReadOnlyList<string> Examples => ["list-tags docker://docker.io/library/alpine", "list-tags docker-archive:images.tar"];

    public override ArgumentRule Arguments { get; } = new(1, "Exactly one non-option argument expected", 1, "Exactly one non-option argument expected");

    protected override IEnumerable<FlagDefinition> OwnFlags => [.. SkopeoFlags.Access(), .. SkopeoFlags.Retry];

    protected override async Task<int> RunVerbAsync(Invocation call, CancellationToken cancellation)
    {
        var text = call.Positionals[0];
        var location = TransportTable.TryParse(text, out var parsed) ? parsed : throw new BuildSharpException($"Invalid {GoQuoting.Quote(text)}: does not specify a transport");
        using var place = ImagePlace.Of(call, location, SkopeoFlags.Choice(call), needsFiles: false);
        switch (location)
        {
            case RegistryLocation registry:
                if (Reference.ParseNormalized(text["docker://".Length..]) is not { Tag: null, Digest: null })
                {
                    throw new BuildSharpException("No tag or digest allowed in reference");
                }

                var tags = await TransferRetry.RunAsync(
                    () => RegistryTags.ListAsync(registry.Name, place.Context.Registries!, cancellation), call, cancellation).ConfigureAwait(false);
                return Write(call, registry.Name.Name, tags);
            case DockerArchiveLocation archive:
                return Write(call, "", await archive.ListNamesAsync(place.Context, cancellation).ConfigureAwait(false));
            default:
                throw new BuildSharpException($"Unsupported transport '{location.Transport}' for tag listing. Only supported: docker, docker-archive");
        }
    }

    private static int Write(Invocation call, string repository, IReadOnlyList<string> tags)
    {
        call.Out.WriteLine(GoValueJson.Indented(new GoValue.Struct("tagListOutput",
        [
            new GoField("Repository", "Repository", new GoValue.Text(repository), OmitEmpty: true),
            new GoField("Tags", "Tags", GoValue.Texts(tags)),
        ])));
        return 0;
    }
}
