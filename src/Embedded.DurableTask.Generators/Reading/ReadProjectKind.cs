using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Embedded.DurableTask.Generators.Reading;

/// <summary>Who registers the tasks of a project.</summary>
enum ProjectKind
{
    /// <summary>The project does, with AddAllGeneratedTasks.</summary>
    Standalone,

    /// <summary>The Functions host does.</summary>
    Functions,
}

/// <summary>Tells a Functions app from other projects.</summary>
static class ReadProjectKind
{
    /// <summary>The MSBuild property by which a project says what it is; seen only if it is also a CompilerVisibleProperty.</summary>
    public static string Property(AnalyzerConfigOptions options)
        => options.TryGetValue("build_property.DurableTaskGeneratorProjectType", out string? value) ? value : string.Empty;

    public static bool ReferencesFunctions(Compilation compilation) => compilation.ReferencedAssemblyNames
        .Any(assembly => assembly.Name is "Embedded.Functions" or "Microsoft.Azure.Functions.Worker.Extensions.DurableTask");

    public static ProjectKind From(string property, bool hasFunctions, bool referencesFunctions)
    {
        if (Enum.TryParse(property, ignoreCase: true, out ProjectKind said) && Enum.IsDefined(typeof(ProjectKind), said))
        {
            return said;
        }

        return hasFunctions || referencesFunctions ? ProjectKind.Functions : ProjectKind.Standalone;
    }
}
