"""Does anybody gain by deviating? Best replies found from outside, without first- or second-order conditions."""
