using BuildSharp.Containers;
using BuildSharp.Containers.Configuring;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Build;

/// <summary>A stage right after its FROM line.</summary>
/// <param name="Container">The working container, its config ready for the first instruction.</param>
/// <param name="Base">The image below; null for scratch.</param>
/// <param name="Triggers">What the base's ONBUILD instructions ask for, to be done before the stage's own.</param>
/// <param name="Scope">What is visible: the base's variables, and what the parent stage declared.</param>
internal sealed record StageStart(
    WorkingContainer Container, StoredImage? Base, BaseTriggers Triggers, BuildScope Scope)
{
    /// <summary>PATH where a base has none.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static StageStart From(BuildSession session, PlannedStage stage, StoredImage? image, string? name, StageOutcome? parent)
    {
        var container = session.Create(new FromOptions
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
            container.ReplaceAnnotations(parent.Annotations);
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

    /// <summary>A config's variables.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Environment(ImageConfig config) => config.Config.Env.Select(entry => entry.Split('=', 2))
        .Select(parts => KeyValuePair.Create(parts[0], parts.ElementAtOrDefault(1) ?? ""));

    // All images of a build are for what the build is for, whatever platform a FROM line takes its base from; buildah has it so.
    private static ImageConfig For(Platform target, ImageConfig config) => config with
    {
        Os = target.Os,
        Architecture = target.Architecture,
        Variant = target.Variant ?? (config.Architecture == target.Architecture ? config.Variant : null),
    };

    private static string NameOf(PlannedStage stage) => stage.Base is ImageBase image ? image.Name : stage.From.Image;
}
