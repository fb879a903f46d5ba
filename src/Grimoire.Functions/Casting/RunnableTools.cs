using Grimoire.Documents;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Tools;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Functions.Casting;

/// <summary>Which tools this app can run. A spell may be right, and still call one of a kind that the app has nothing for.</summary>
public sealed class RunnableTools(IEnumerable<IToolRunner> runners)
{
    /// <summary>The steps of a valid spell that could not run, also if it is only a spell that they cast that could not.</summary>
    public IEnumerable<Finding> Missing(Spell spell, ISpellCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(spell);
        ArgumentNullException.ThrowIfNull(catalog);
        return
            from step in spell.Steps.Index()
            let tool = ToolsOf(step.Item, catalog).FirstOrDefault(tool => !Runs(tool.Kind))
            where tool is not null
            select new Finding(
                $"/steps/{step.Index}/{(step.Item.Spell is null ? "tool" : "spell")}",
                "tool.notRunnable",
                $"The tool '{tool.Id}' is of kind '{tool.Kind}', which this app cannot run yet.");
    }

    bool Runs(string kind) => kind is WaitTime.Kind or ToolKinds.Approval || runners.Any(runner => runner.Runs(kind));

    static IEnumerable<ToolDefinition> ToolsOf(Step step, ISpellCatalog catalog) =>
        step.Spell is { } reference ? catalog.FindSpell(reference)?.Steps.SelectMany(inner => ToolsOf(inner, catalog)) ?? []
        : step.Tool is { } name && catalog.FindTool(name) is { } tool ? [tool]
        : [];
}
