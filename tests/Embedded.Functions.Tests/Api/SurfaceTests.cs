using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Tests.Api;

/// <summary>Compares the assembly with surface.txt, which lists what the official packages show.</summary>
public sealed class SurfaceTests
{
    static readonly ImmutableArray<Type> Types = [.. typeof(FunctionAttribute).Assembly.GetExportedTypes()];

    [Theory]
    [InlineData("Microsoft.Azure.Functions.Worker")]
    [InlineData("Microsoft.Azure.Functions.Worker.Core")]
    [InlineData("Microsoft.Azure.Functions.Worker.Extensions.Abstractions")]
    [InlineData("Microsoft.Azure.Functions.Worker.Extensions.Http")]
    public void All_that_the_package_shows_is_there(string package)
    {
        var there = Types.SelectMany(SurfacePrinter.Print).ToHashSet();

        var missing = Surface()[package].Where(line => !there.Contains(line));

        Assert.True(!missing.Any(), $"Missing, or different:\n{string.Join('\n', missing)}\n\nNot listed:\n{string.Join('\n', Unlisted())}");
    }

    [Fact]
    public void Nothing_is_there_that_no_package_shows() => Assert.True(!Unlisted().Any(), $"Not listed:\n{string.Join('\n', Unlisted())}");

    /// <summary>Members of listed types, and types in namespaces of which everything is listed.</summary>
    static IEnumerable<string> Unlisted()
    {
        var listed = Surface().SelectMany(package => package).ToHashSet();
        var types = listed.Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)]).ToHashSet();
        var namespaces = Types.Where(type => types.Contains(SurfacePrinter.NameOf(type))).Select(type => type.Namespace).ToHashSet();

        // Shared with the durable extension, which this list says nothing about.
        namespaces.Remove("Microsoft.Azure.Functions.Worker");
        return Types
            .Where(type => types.Contains(SurfacePrinter.NameOf(type)) || namespaces.Contains(type.Namespace))
            .SelectMany(SurfacePrinter.Print)
            .Where(line => !listed.Contains(line));
    }

    static ILookup<string, string> Surface()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("surface.txt")!;
        using var reader = new StreamReader(stream);
        var package = "";
        var lines = new List<(string Package, string Line)>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                package = line.Split(' ')[1];
            }
            else if (line.Length > 0)
            {
                lines.Add((package, line));
            }
        }

        return lines.ToLookup(entry => entry.Package, entry => entry.Line);
    }
}
