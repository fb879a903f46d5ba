using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Embedded.DurableTask.Generators.Reading;

/// <summary>A place in a file. Unlike a <see cref="Location"/> it can be compared, and does not keep a syntax tree in memory.</summary>
readonly record struct SourcePlace(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static SourcePlace Of(Location location) => new(
        location.SourceTree?.FilePath ?? string.Empty,
        location.SourceSpan,
        location.GetLineSpan().Span);

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
