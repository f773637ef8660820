using BuildSharp.Containers;
using BuildSharp.Containers.Configuring;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

/// <summary>State of a stage after its FROM line.</summary>
/// <param name="Container">The working container, with the config for the first instruction.</param>
/// <param name="Base">Its base image; null for scratch.</param>
/// <param name="Triggers">ONBUILD instructions of the base image, executed before the stage's own.</param>
/// <param name="Scope">Variables of the base image, and arguments that the parent stage declared.</param>
internal sealed record StageStart(
    IStageContainer Container, StoredImage? Base, BaseTriggers Triggers, BuildScope Scope)
{
    /// <summary>PATH for a base image without one.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static StageStart From(BuildSession session, PlannedStage stage, StoredImage? image, string? name, StageOutcome? parent)
    {
        var container = session.Remains.Create(new FromOptions
        {
            Base = image,
            BaseName = parent is null ? name : parent.BaseName,
            Format = session.Request.Format,
            Settings = session.Request.Settings,
            Platform = stage.Platform,
        });
        var config = container.Image;
        if (parent is not null)
        {
            config = config with { Config = parent.Image.Config, Author = parent.Image.Author };
            container.Annotations = parent.Annotations;
        }
        if (!session.Request.InheritLabels)
        {
            config = ImageConfigEditor.ClearLabels(config);
        }

        if (session.Request.Platform is { } target)
        {
            config = For(target, config);
        }

        var triggers = config.Config.OnBuild;
        config = ImageConfigEditor.ClearOnBuild(config);
        if (ImageConfigEditor.GetEnv(config, "PATH") is null)
        {
            config = ImageConfigEditor.SetEnv(config, "PATH", DefaultPath);
        }

        container.Image = config;
        return new StageStart(container, image, new BaseTriggers(triggers, name ?? NameOf(stage), stage.From.ImageSpan), session.Plan.Scope.EnterStage(Environment(config), parent?.Scope));
    }

    /// <summary>Environment variables of a config.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Environment(ImageConfig config) => config.Config.Env.Select(entry => entry.Split('=', 2))
        .Select(parts => KeyValuePair.Create(parts[0], parts.ElementAtOrDefault(1) ?? ""));

    // As in buildah, all images of a build have the build's platform, even if a FROM line takes its base image for another one.
    private static ImageConfig For(Platform target, ImageConfig config) => config with
    {
        Os = target.Os,
        Architecture = target.Architecture,
        Variant = target.Variant ?? (config.Architecture == target.Architecture ? config.Variant : null),
    };

    private static string NameOf(PlannedStage stage) => stage.Base is ImageBase image ? image.Name : stage.From.Image;
}
