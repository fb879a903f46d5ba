using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Embedded.DurableTask.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Embedded.DurableTask.Generators.Checking;

/// <summary>One diagnostic.</summary>
/// <param name="Subject">The declared task or event.</param>
sealed record Problem(object Subject, DiagnosticDescriptor Rule, SourcePlace Place, params string[] Arguments)
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rule, Place.ToLocation(), Arguments);
}

/// <summary>Finds declarations for which no code can be generated.</summary>
static class Problems
{
    public static IEnumerable<Problem> Of(Declarations all, ProjectKind project) => OfTasks(all, project).Concat(OfEvents(all.Events));

    /// <summary>The declarations without those that have a problem.</summary>
    public static Declarations Without(Declarations all, ProjectKind project)
    {
        // By reference: two equal declarations are two. A blank version is an error, but leaves a task that can be called.
        var refused = new HashSet<object>(
            Of(all, project).Where(problem => problem.Rule != Rules.BlankVersion).Select(problem => problem.Subject),
            ReferenceComparer.Instance);
        return all with
        {
            Tasks = all.Tasks.RemoveAll(refused.Contains),
            Events = all.Events.RemoveAll(refused.Contains),
        };
    }

    static IEnumerable<Problem> OfTasks(Declarations all, ProjectKind project)
    {
        var sound = new List<Declared<TaskClass>>();
        foreach (Declared<TaskClass> task in all.Tasks)
        {
            if (task.Value.IsVersionBlank)
            {
                yield return new Problem(task, Rules.BlankVersion, task.VersionPlace, task.Value.Name);
            }

            if (!SyntaxFacts.IsValidIdentifier(task.Value.Name))
            {
                yield return new Problem(task, Rules.InvalidTaskName, task.NamePlace, task.Value.Name);
            }
            else if (!task.Value.IsUsable)
            {
                yield return new Problem(task, Rules.Unusable, task.NamePlace, task.Value.NestedName);
            }
            else if (task.Value.Kind != TaskKind.Entity)
            {
                sound.Add(task);
            }
        }

        foreach (Problem problem in project == ProjectKind.Functions ? SameNames(sound, all.Functions) : SameVersions(sound))
        {
            yield return problem;
        }
    }

    static IEnumerable<Problem> OfEvents(ImmutableArray<Declared<EventType>> events)
    {
        foreach (Declared<EventType> type in events)
        {
            if (!SyntaxFacts.IsValidIdentifier(type.Value.Name))
            {
                yield return new Problem(type, Rules.InvalidEventName, type.NamePlace, type.Value.Name);
            }
            else if (!type.Value.IsUsable)
            {
                yield return new Problem(type, Rules.Unusable, type.NamePlace, type.Value.TypeName.Replace("global::", string.Empty));
            }
        }
    }

    // The first of them stays.
    static IEnumerable<Problem> SameVersions(IEnumerable<Declared<TaskClass>> tasks) => tasks
        .GroupBy(task => (task.Value.Kind, task.Value.Name.ToUpperInvariant(), task.Value.Version.ToUpperInvariant()))
        .SelectMany(same => same.Skip(1))
        .Select(task => new Problem(task, Rules.DuplicateVersion, task.NamePlace, task.Value.Name, task.Value.Version));

    static IEnumerable<Problem> SameNames(IEnumerable<Declared<TaskClass>> tasks, IEnumerable<DurableFunction> functions)
    {
        var taken = new HashSet<(TaskKind, string)>(functions.Select(function => (function.Kind, function.Name.ToUpperInvariant())));
        return tasks
            .GroupBy(task => (task.Value.Kind, task.Value.Name.ToUpperInvariant()))
            .Where(same => same.Skip(1).Any() || taken.Contains(same.Key))
            .SelectMany(same => same)
            .Select(task => new Problem(task, Rules.DuplicateInFunctions, task.NamePlace, task.Value.Name));
    }

    sealed class ReferenceComparer : IEqualityComparer<object>
    {
        public static readonly ReferenceComparer Instance = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) => ReferenceEquals(x, y);

        int IEqualityComparer<object>.GetHashCode(object value) => RuntimeHelpers.GetHashCode(value);
    }
}
