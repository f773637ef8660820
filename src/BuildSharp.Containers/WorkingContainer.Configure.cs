using BuildSharp.Containers.Configuring;
using BuildSharp.Oci;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Applies a <c>config</c> request and saves. An invalid value leaves the container unchanged.</summary>
    /// <returns>Warnings, one line each.</returns>
    /// <exception cref="BuildSharpException">A value is invalid.</exception>
    public IReadOnlyList<string> Configure(ConfigureRequest request)
    {
        var call = new ConfigureCall(request, Image, _state.Annotations, MediaType.IsDocker(Format));
        call.Apply();
        Image = call.Image;
        ReplaceAnnotations(call.Annotations);

        CreatedBy = request.CreatedBy ?? CreatedBy;
        HistoryComment = request.HistoryComment ?? HistoryComment;
        foreach (var text in call.History)
        {
            AddEmptyHistory($"/bin/sh -c #(nop) {text}");
        }

        Save();
        return call.Warnings;
    }

    /// <summary>Adds a history entry without a layer, to precede that of the next commit. Not saved yet.</summary>
    public void AddEmptyHistory(string createdBy) => PrependedEmptyLayers.Add(new History
    {
        Created = Timestamp.From(_time.GetUtcNow()),
        CreatedBy = createdBy,
        EmptyLayer = true,
    });
}
