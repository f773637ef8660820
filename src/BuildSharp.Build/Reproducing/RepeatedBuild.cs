using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Build.Reproducing;

/// <summary>Builds an image twice without cache, and names it only if both are the same. What depends on the second of the clock, on random
/// numbers, or on what a first run leaves in a cache mount shows; what depends on the day or on the machine does not.</summary>
/// <param name="builder">Builds.</param>
/// <param name="store">The builder's store.</param>
/// <param name="time">Tells when a second has passed.</param>
public sealed class RepeatedBuild(DockerfileBuilder builder, Store store, TimeProvider time)
{
    // The kernel takes times of files from a clock that ticks a hundred times a second or more often.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    /// <summary>Builds the image. On failure none of the two is kept; with <c>--layers</c> the images of steps are.</summary>
    /// <param name="build">The planned build.</param>
    /// <param name="progress">As in <see cref="DockerfileBuilder.BuildAsync"/>.</param>
    /// <param name="cancellationToken">As in <see cref="DockerfileBuilder.BuildAsync"/>.</param>
    /// <exception cref="NotReproducibleException">The images differ.</exception>
    /// <exception cref="BuildSharpException">As in <see cref="DockerfileBuilder.BuildAsync"/>.</exception>
    public async Task<BuildResult> BuildAsync(PlannedBuild build, IProgress<BuildEvent>? progress, CancellationToken cancellationToken)
    {
        var existing = store.Images.All().Select(image => image.Id).ToHashSet(StringComparer.Ordinal);
        var made = new List<string>();
        try
        {
            var first = await MakeAsync().ConfigureAwait(false);
            await NextSecondAsync(cancellationToken).ConfigureAwait(false);
            progress?.Report(new BuildRepeated());
            var second = await MakeAsync().ConfigureAwait(false);
            if (!first.IsSameAs(second))
            {
                throw new NotReproducibleException(new ImageComparison(store, build.Request).Lines(first, second));
            }

            var digest = Digest.Sha256(second.Manifest);
            progress?.Report(new BuildReproduced(digest));
            builder.Name(second.Id, build.Request.Names, progress);
            return new BuildResult(second.Id, digest);
        }
        catch
        {
            Remove(made.Where(id => !existing.Contains(id)).Distinct(), progress);
            throw;
        }

        async Task<ComparedImage> MakeAsync()
        {
            var result = await builder.BuildAsync(build.WithoutCacheAndNames(), progress, cancellationToken).ConfigureAwait(false);
            made.Add(result.ImageId);
            return ComparedImage.Read(store, result.ImageId);
        }
    }

    // Times of the second build must differ from those of the first, also in a format that has whole seconds only.
    private Task NextSecondAsync(CancellationToken cancellationToken)
    {
        var left = TimeSpan.TicksPerSecond - (time.GetUtcNow().Ticks % TimeSpan.TicksPerSecond);
        return Task.Delay(TimeSpan.FromTicks(left) + Tick, time, cancellationToken);
    }

    private void Remove(IEnumerable<string> images, IProgress<BuildEvent>? progress)
    {
        foreach (var id in images)
        {
            try
            {
                store.Images.RemoveUnnamed(id, keepParents: true);
            }
            catch (BuildSharpException error)
            {
                progress?.Report(new BuildWarning(error.Message));
            }
        }
    }
}
