import java.util.List;
import org.adl.validator.Validator;
import org.adl.validator.util.Result;
import org.adl.validator.util.ValidatorMessage;

/** Asks ADL's validator about packages: one line a stage and one a message, tab separated, for test_adl_validator.py. */
public final class AdlVerdict {
    public static void main(String[] packages) {
        for (String one : packages) {
            Validator validator = new Validator(one, "contentaggregation", false);
            validator.validate();
            List<Result> stages = validator.getResultCollection().getPackageResultsCollection();
            for (Result stage : stages) {
                String verdict = stage.isCheckerSkipped() ? "skipped" : stage.isPackageCheckerPassed() ? "passed" : "failed";
                System.out.println(one + "\tstage\t" + stage.getPackageCheckerName() + "\t" + verdict);
                for (ValidatorMessage message : stage.getPackageCheckerMessages()) {
                    String said = String.valueOf(message.getMessageText()).replaceAll("\\s+", " ");
                    System.out.println(one + "\tmessage\t" + stage.getPackageCheckerName() + "\t" + message.getMessageType() + "\t" + said);
                }
            }
        }
        System.exit(0);
    }
}
